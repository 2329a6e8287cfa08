import { LineCounter, parseDocument, YAMLParseError } from "yaml";
import { visibly } from "../../rollout/plain-text.ts";
import { formatKeyPath, type KeyPath } from "./config-keys.ts";
import { ConfigError } from "./problems/config-error.ts";
import { yamlDifferences } from "./yaml-differences.ts";

/** A file's name, for its errors, and its text. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** A text that is not valid YAML. Pulumi prints its message without a stack trace, as for a {@link ConfigError}. */
class YamlError extends Error {
  override readonly name = "YamlError";
  readonly hideStack = true;
  readonly __pulumiRunError = true;
}

/**
 * Parses a YAML file of the project. What it returns is what the engine's reader makes of the same text.
 *
 * @throws {Error} when it is not valid YAML; the message names the file and the line, and quotes nothing from it
 * @throws {ConfigError} when the engine would read it as something else; it names each place
 */
export function parseYaml({ name, text }: NamedText): unknown {
  const lineCounter = new LineCounter();
  // A warning would be printed with the line that it is about. The engine obeys merge keys, which are refused here.
  const document = parseDocument(text, { lineCounter, logLevel: "error", merge: false });
  const [mistake] = document.errors;
  if (mistake !== undefined) throw invalid(name, mistake);
  const differences = yamlDifferences(text, document, lineCounter);
  if (differences.length > 0) {
    throw new ConfigError(
      name,
      differences.map(({ line, path, what, rule, fix }) => ({
        key: path.length === 0 ? `Line ${line}` : `${shownPath(path)} (line ${line})`,
        value: what,
        rule,
        fix,
      })),
    );
  }
  try {
    return document.toJS();
  } catch (error) {
    throw invalid(name, error);
  }
}

function invalid(name: string, error: unknown): YamlError {
  return new YamlError(`${name} is not valid YAML: ${yamlMistake(error)}`);
}

/** A path as a person finds it in a stack file: the setting's key, and below it as in a command. */
function shownPath(path: KeyPath): string {
  const [outer, first, ...inner] = path;
  if (outer !== "config" || first === undefined) return visibly(formatKeyPath(path));
  return visibly(`${first}${formatKeyPath(["x", ...inner]).slice(1)}`);
}

/** For messages of the YAML library that quote the text they are about, words that do not. */
const wordsWithoutText: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "A second document begins with ---, and Pulumi reads the first only. Keep one",
  DUPLICATE_KEY: "A key is in its block twice. Keep one",
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
