import { stripVTControlCharacters } from "node:util";
import { renderUsage } from "citty";
import { type Commands, programName, type RolloutCommand } from "./rollout-command.ts";

/** What the program is, and its commands. */
export async function programUsage(commands: Commands): Promise<string> {
  const listed = await Promise.all(
    Object.entries(commands).map(
      async ([name, load]) => [name, { meta: { description: (await load()).description } }] as const,
    ),
  );
  return renderUsage({
    meta: { name: programName, description: "Operate the rollout of a stage." },
    subCommands: Object.fromEntries(listed),
  });
}

/** How one command is called, with examples and exit codes. */
export async function commandUsage(command: RolloutCommand): Promise<string> {
  const usage = await command.usage();
  const examples = command.examples.flatMap(({ line, purpose }) => [`  ${line}`, `      ${purpose}`]);
  return [
    usage.trimEnd(),
    "",
    "EXAMPLES",
    "",
    ...examples,
    "",
    "EXIT CODES",
    "",
    "  0 done, 1 refused or failed, 2 wrong use, 3 not enough data",
  ].join("\n");
}

/** The usage as a stream can show it: it is drawn in colour, which only a terminal understands. */
export function shownOn(stream: NodeJS.WriteStream, usage: string): string {
  return stream.isTTY ? usage : stripVTControlCharacters(usage);
}
