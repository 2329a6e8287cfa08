import { isScalar, type Pair, type YAMLMap } from "yaml";
import { projectName } from "../../infra/config/config-keys.ts";

/** The engine reads a key without a namespace, and one with `config:` in it, as the project's own. */
export function findPair(config: YAMLMap, name: string): Pair | undefined {
  const spellings: readonly unknown[] = [fullKey(name), `${projectName}:config:${name}`, name];
  const found = config.items.filter(({ key }) => isScalar(key) && spellings.includes(key.value));
  if (found.length > 1) {
    throw new RangeError(
      `${fullKey(name)} stands in the stack file ${found.length} times. Leave one; nothing was changed.`,
    );
  }
  return found[0];
}

/** A setting as it stands in a stack file. */
export function fullKey(name: string): string {
  return `${projectName}:${name}`;
}
