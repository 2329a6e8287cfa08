import { parse, type ScalarTag, YAMLParseError } from "yaml";

/** A file's name, for its errors, and its text. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/**
 * A time without quotes. The engine's YAML reader parses it and writes it back in Go's format, with the zone twice, so that
 * a program never sees what is in the file. Here it is read the same way, so that the planner refuses it too.
 */
const unquotedTime: ScalarTag = {
  tag: "tag:yaml.org,2002:timestamp",
  default: true,
  test: /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})$/,
  resolve: (text) =>
    text.replace(unquotedTime.test ?? text, (_whole, day: string, time: string, zone: string) => {
      const offset = zone === "Z" ? "+0000 UTC" : `${zone.replace(":", "")} ${zone.replace(":", "")}`;
      return `${day} ${time} ${offset}`;
    }),
};

/**
 * Parses a YAML file of the project.
 *
 * @throws {Error} when it is not valid YAML; the message names the file and the line, and quotes nothing from it
 */
export function parseYaml({ name, text }: NamedText): unknown {
  try {
    // A warning would be printed with the line that it is about.
    return parse(text, { customTags: [unquotedTime], logLevel: "error" });
  } catch (error) {
    throw new Error(`${name} is not valid YAML: ${yamlMistake(error)}`);
  }
}

/** For messages of the YAML library that quote the text they are about, words that do not. */
const wordsWithoutText: Readonly<Record<string, string>> = {
  BAD_DQ_ESCAPE: "Invalid escape sequence in double quotes",
  TAG_RESOLVE_FAILED: "Unknown tag. Put a value that begins with ! in quotes",
};

/**
 * What is wrong with a YAML text, and where. The library's own message shows the line, which may hold a secret.
 *
 * @param error what the library threw or reported
 */
export function yamlMistake(error: unknown): string {
  // The library reports a mistake of the grammar with its place, and an alias to nothing without one.
  if (!(error instanceof YAMLParseError))
    return "An alias cannot be resolved. Put a value that begins with * in quotes.";
  const [words = ""] = error.message.split(/:| at line \d/);
  const [start] = error.linePos ?? [];
  const place = start === undefined ? "" : ` (line ${start.line}, column ${start.col})`;
  return `${wordsWithoutText[error.code] ?? words}${place}.`;
}
