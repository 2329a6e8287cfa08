import { distance } from "fastest-levenshtein";
import { formatKeyPath, type KeyPath } from "../key-path.ts";
import { rootNode, type SchemaNode } from "./schema-node.ts";

/**
 * The known key that a misspelt one was most likely meant to be, if one is near: at most a third of the longer word's
 * letters apart, or made of the same letters, letter case aside. A wilder guess would send the reader astray.
 */
export function nearestKey(unknown: string, known: readonly string[]): string | undefined {
  const near = known
    .map((key) => ({ key, apart: distance(unknown.toLowerCase(), key.toLowerCase()), length: key.length }))
    .filter(({ key, apart, length }) => {
      const mostApart = Math.max(1, Math.floor(Math.max(length, unknown.length) / 3));
      return apart <= mostApart || letters(key) === letters(unknown);
    })
    .sort((one, other) => one.apart - other.apart);
  return near[0]?.key;
}

function letters(word: string): string {
  return [...word.toLowerCase()].sort().join("");
}

/**
 * Where else in the schema a key of exactly this name stands, if in one place only: a good name in the wrong block.
 *
 * @returns the whole path, such as `network.natGateways`
 */
export function sameKeyElsewhere(name: string): string | undefined {
  const places = pathsOf(rootNode(), []).filter((path) => path.at(-1) === name);
  return places.length === 1 && places[0] !== undefined ? formatKeyPath(places[0]) : undefined;
}

function pathsOf(node: SchemaNode, prefix: KeyPath): readonly KeyPath[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const path = [...prefix, name];
    return [path, ...pathsOf(child, path)];
  });
}
