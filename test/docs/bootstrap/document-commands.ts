import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The commands of a document, in order: each line of its `sh` blocks, with the lines that a backslash continues it by. */
export function documentCommands(markdown: string): readonly string[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) =>
    block
      .replaceAll("\\\n", "")
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "" && !line.startsWith("#")),
  );
}

/** How a command of a document ended. */
export interface CommandRun {
  readonly command: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs commands one after the other in one shell, as a person would who copies them: what one exports the next has. It goes
 * on after a failure.
 *
 * @param folder where they are run
 * @param notes an empty folder, for what they print
 */
export async function runCommands(
  commands: readonly string[],
  {
    folder,
    notes,
    environment,
  }: { readonly folder: string; readonly notes: string; readonly environment: NodeJS.ProcessEnv },
): Promise<readonly CommandRun[]> {
  mkdirSync(notes, { recursive: true });
  const file = (index: number, what: string) => join(notes, `${index}.${what}`);
  const script = commands
    .map(
      (command, index) =>
        `{ ${command}\n} >'${file(index, "out")}' 2>'${file(index, "err")}' </dev/null; echo $? >'${file(index, "code")}'`,
    )
    .join("\n");
  writeFileSync(join(notes, "script"), `${script}\n`);
  const shell = spawn("bash", [join(notes, "script")], { cwd: folder, env: environment, stdio: "ignore" });
  await new Promise((resolve) => shell.once("close", resolve));
  return commands.map((command, index) => ({
    command,
    exitCode: Number(readFileSync(file(index, "code"), "utf8")),
    stdout: readFileSync(file(index, "out"), "utf8"),
    stderr: readFileSync(file(index, "err"), "utf8"),
  }));
}
