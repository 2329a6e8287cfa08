import { parseArgs } from "node:util";
import type { ArgsDef } from "citty";

/**
 * What is wrong with a command's arguments. The parser of the commands lets unknown options, surplus words and an absent
 * option with fixed choices pass; on release day `--stgae production` must not run as if it were not there.
 *
 * @param together says what is wrong with options that are each right by themselves
 * @returns a sentence, or undefined where nothing is
 */
export function argumentProblem(
  definitions: ArgsDef,
  rawArguments: readonly string[],
  together: (values: Readonly<Record<string, unknown>>) => string | undefined = () => undefined,
): string | undefined {
  const options = Object.fromEntries(
    Object.entries(definitions).map(
      ([name, { type }]) => [name, { type: type === "boolean" ? "boolean" : "string" }] as const,
    ),
  );
  let values: Readonly<Record<string, unknown>>;
  try {
    ({ values } = parseArgs({ args: [...rawArguments], options, strict: true }));
  } catch (error) {
    // The first sentence says what is wrong; those after it speak of positional arguments, which no command has.
    return error instanceof Error ? `${error.message.split(/\. |\n/, 1)[0]}.`.replace(/\.\.$/, ".") : String(error);
  }
  for (const [name, definition] of Object.entries(definitions)) {
    const value = values[name];
    const choices = definition.type === "enum" ? (definition.options ?? []) : [];
    const wanted = choices.length === 0 ? "" : ` It is ${choices.join(" or ")}.`;
    if (value === undefined && definition.required === true) return `--${name} is missing.${wanted}`;
    if (typeof value === "string" && choices.length > 0 && !choices.includes(value)) {
      return `--${name} is "${value}".${wanted}`;
    }
  }
  return together(values);
}
