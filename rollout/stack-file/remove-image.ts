import { isMap, isScalar, type Pair, type YAMLMap } from "yaml";
import type { Colour } from "../core/colour.ts";
import { findPair, fullKey } from "./find-pair.ts";
import { rangeOf, removal, type Splice } from "./text-places.ts";

/**
 * Takes a colour's image out of `images`, and leaves the rest of the block as it is. The last one leaves `{}`.
 *
 * @returns undefined where the file names none
 * @throws {RangeError} for an `images` that is no block of colours
 */
export function removeImage(text: string, config: YAMLMap, colour: Colour): Splice | undefined {
  const images = findPair(config, "images");
  if (images === undefined || isEmpty(images.value)) return undefined;
  if (!isMap(images.value)) {
    throw new RangeError(
      `${fullKey("images")} in the stack file is no block of colours. Write it as one, such as "{ blue: sha256:… }"; nothing was changed.`,
    );
  }
  const pairs: readonly Pair[] = images.value.items;
  const removed = pairs.find(({ key }) => isScalar(key) && key.value === colour);
  if (removed === undefined) return undefined;
  const kept = pairs.filter((pair) => pair !== removed);
  if (images.value.flow === true) return flowReplacement(text, images.value, kept);
  const valueEnd = endOf(removed);
  if (kept.length > 0) return removal(text, rangeOf(removed.key)[0], valueEnd);
  const behindColon = text.indexOf(":", rangeOf(images.key)[1]) + 1;
  return { start: behindColon, end: valueEnd, text: " {}" };
}

function isEmpty(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null);
}

function flowReplacement(text: string, map: YAMLMap, kept: readonly Pair[]): Splice {
  const [start, end] = map.range ?? [0, 0];
  const entries = kept.map((pair) => text.slice(rangeOf(pair.key)[0], endOf(pair)));
  return { start, end, text: entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }` };
}

function endOf({ key, value }: Pair): number {
  return isScalar(value) && value.range ? value.range[1] : rangeOf(key)[1];
}
