import { parseYaml } from "../../infra/config/parse-yaml.ts";

/**
 * Reads settings as given on the command line: `key=value` with the value as YAML, so that `25` is a number, `true` a
 * boolean, `[]` a list and `2h` a text.
 *
 * @throws {TypeError} for one without a key or an equals sign
 * @throws {Error} for a value that is not valid YAML; the message does not show it
 */
export function parseSettings(settings: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    settings.map((setting) => {
      const [, key, value] = /^([^=\s]+)=(.*)$/s.exec(setting) ?? [];
      if (key === undefined || value === undefined) {
        throw new TypeError(
          `"${setting}" is not a setting. Write key=value, such as candidateWeight=25 or images.green=sha256:….`,
        );
      }
      return [key, parseYaml({ name: `The value of ${key}`, text: value })];
    }),
  );
}
