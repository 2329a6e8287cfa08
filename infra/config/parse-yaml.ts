import { parse, type ScalarTag } from "yaml";
import type { NamedText } from "./named-text.ts";

/**
 * A moment without quotes. The engine's YAML reader makes a time of it and writes that back in Go's way, zone twice, so
 * that a program never sees what stands in the file. Reading it the same way here lets the planner refuse it as well.
 */
const unquotedMoment: ScalarTag = {
  tag: "tag:yaml.org,2002:timestamp",
  default: true,
  test: /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})$/,
  resolve: (text) =>
    text.replace(unquotedMoment.test ?? text, (_whole, day: string, time: string, zone: string) => {
      const offset = zone === "Z" ? "+0000 UTC" : `${zone.replace(":", "")} ${zone.replace(":", "")}`;
      return `${day} ${time} ${offset}`;
    }),
};

/**
 * Parses a YAML file of the project.
 *
 * @throws {Error} when it is no YAML; the message names the file and the line
 */
export function parseYaml({ name, text }: NamedText): unknown {
  try {
    return parse(text, { customTags: [unquotedMoment] });
  } catch (error) {
    throw new Error(`${name} is no YAML: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
