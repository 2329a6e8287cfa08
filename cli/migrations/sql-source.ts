import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { RegistryLogin } from "../../infra/aws/registry.ts";
import { tryOnCopyCommand } from "../../rollout/checked-migration.ts";
import type { Colour } from "../../rollout/colour.ts";
import type { Stage } from "../../rollout/names.ts";
import { loginWhereAway, openContainerProgram } from "../images/container-program.ts";
import { messageOf, WrongUseError } from "../outcome.ts";

/** The SQL of a migration, and where it came from. */
export interface SqlOfMigration {
  readonly sql: string;
  readonly source: "image" | "files" | "standard input";
}

/** Where the SQL is to be taken from. */
export interface WantedSql {
  /** For a command to copy. */
  readonly stage: Stage;
  /** Whose image it is; for the same command. */
  readonly colour: Colour;
  /** Paths; `-` is standard input. Empty where the image is to render it. */
  readonly files: readonly string[];
  /** Alembic's revision that the database is at; `base` for an empty one. Undefined where files are given. */
  readonly from: string | undefined;
  /** The image, as a container engine pulls it; undefined where the stack's outputs do not name the registry. */
  readonly imageReference: string | undefined;
  /** Logs in to the image's registry; asked only where the image is not on this machine. */
  readonly logIn: () => Promise<RegistryLogin>;
}

/**
 * Takes the SQL of a migration from files, from standard input, or from the image itself, in a container without a network:
 * Alembic's offline mode needs no database.
 *
 * @throws {WrongUseError} where none or both are named, or a file cannot be read
 * @throws {Error} where the image cannot render it
 */
export async function takeSql(
  { stage, colour, files, from, imageReference, logIn }: WantedSql,
  input: NodeJS.ReadableStream,
): Promise<SqlOfMigration> {
  if (files.length > 0 && from !== undefined) {
    throw new WrongUseError("--sql and --from do not go together: give the SQL, or let the image render it.");
  }
  if (files.length > 0) {
    const texts = await Promise.all(
      files.map(async (file) => (file === "-" ? await text(input) : await readSqlFile(file))),
    );
    return { sql: texts.join("\n"), source: files.includes("-") ? "standard input" : "files" };
  }
  const reference = imageReference ?? "<registry>@<digest>";
  if (from === undefined) {
    throw new WrongUseError(
      `Give the SQL of the migration, by --sql FILE, or the revision that the database is at, by --from REVISION, and the image renders it. By hand: docker run --rm ${reference} alembic upgrade REVISION:head --sql > migration.sql`,
    );
  }
  if (!/^[\w.-]+$/.test(from)) throw new WrongUseError(`--from cannot be "${from}". Give one revision, or base.`);
  return { sql: await renderSql(reference, { stage, colour, from, logIn }), source: "image" };
}

async function readSqlFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new WrongUseError(`--sql ${file} cannot be read: ${messageOf(error)}.`);
  }
}

interface WantedRendering extends Pick<WantedSql, "stage" | "colour" | "logIn"> {
  readonly from: string;
}

async function renderSql(reference: string, { stage, colour, from, logIn }: WantedRendering): Promise<string> {
  const render = ["alembic", "upgrade", `${from}:head`, "--sql"];
  const elsewhere = `Where Docker or the image is out of reach, render the SQL where they are, and give it by --sql FILE. A migration that asks the database cannot be rendered. Run it on a copy, beside the queries of the release that serves, and what ran is judged: ${tryOnCopyCommand({ stage, colour, deployed: [from] })}`;
  try {
    const program = openContainerProgram(process.env["PATH"] ?? "", process.cwd(), () => {});
    return await program.runAlone(reference, render, await loginWhereAway(program, reference, logIn));
  } catch (error) {
    throw new Error(`${messageOf(error).replace(/\.$/, "")}. ${elsewhere}`, { cause: error });
  }
}
