import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import type { Answer } from "./answer.ts";
import { formResults, formsOf, formText } from "./form.ts";

/** Digits of a digest that name a release's folder. */
const folderDigits = 12;

/** The folder of a release's forms, below the project. It is the same for both stages: one release is accepted once. */
export function acceptanceFolder(image: string): string {
  return join("acceptance", image.replace(/^sha256:/, "").slice(0, folderDigits));
}

/** What became of the forms. */
export interface WrittenForms {
  readonly folder: string;
  /** Names of the files that were written. */
  readonly written: readonly string[];
  /** Names of those that were there, which somebody may have filled in. */
  readonly kept: readonly string[];
}

/** Which release is accepted. */
interface AcceptedRelease {
  readonly image: string;
  /** The command that adds up the answers. */
  readonly addUp: string;
}

/** Writes the forms that are not there yet. */
export async function writeForms(
  projectFolder: string,
  { image, addUp }: AcceptedRelease,
  config: StageConfig["acceptance"],
): Promise<WrittenForms> {
  const folder = acceptanceFolder(image);
  await mkdir(join(projectFolder, folder), { recursive: true });
  const files = formsOf(config).map((form) => ({ name: `${form.who}.csv`, text: formText(form) }));
  const written: string[] = [];
  const kept: string[] = [];
  for (const { name, text } of [...files, { name: "README.md", text: howTo(image, addUp) }]) {
    const isNew = await writeNew(join(projectFolder, folder, name), text);
    (isNew ? written : kept).push(name);
  }
  return { folder, written, kept };
}

/** Writes a file unless it is there. @returns whether it was written */
async function writeNew(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

function howTo(image: string, addUp: string): string {
  return `# Acceptance of ${image}

One file for each team and each beta user. Fill in the column \`result\` with ${formResults.join(", ")}, and \`note\` with what you
expected and what happened. Write no names, no addresses and nothing that a customer entered. The last line decides: \`pass\` means that this release may
go to production.

Commit the files. \`${addUp}\` adds them up.
`;
}

/** Reads the answers about a release, in the order of the forms. */
export async function readAnswers(
  projectFolder: string,
  image: string,
  config: StageConfig["acceptance"],
): Promise<readonly Answer[]> {
  // Loaded only here: it reads CSV.
  const { readAnswer } = await import("./read-answer.ts");
  const folder = join(projectFolder, acceptanceFolder(image));
  return await Promise.all(
    formsOf(config).map(async (form) => readAnswer(form, await textOf(join(folder, `${form.who}.csv`)))),
  );
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
