import { isMap, isScalar, type Pair, type Scalar, type YAMLMap } from "yaml";
import type { Colour } from "../../rollout/colour.ts";
import { findPair, fullKey } from "./find-pair.ts";
import { lineEnd, lineStart, rangeOf, removal, type Splice } from "./text-places.ts";

/**
 * Takes a colour's image out of `images`, and leaves the rest of the block as it is. The last one leaves `{}`.
 *
 * @returns undefined where the file names none
 * @throws {RangeError} for an `images` that is no block of colours with a plain value each
 */
export function removeImage(text: string, config: YAMLMap, colour: Colour): Splice | undefined {
  const images = findPair(config, "images");
  if (images === undefined || isEmpty(images.value)) return undefined;
  const map = images.value;
  if (!isMap(map) || map.anchor !== undefined || map.tag !== undefined || !map.items.every(isPlainPair)) {
    throw new RangeError(
      `${fullKey("images")} in the stack file is no block of colours. Write it as one, such as "{ blue: sha256:… }"; nothing was changed.`,
    );
  }
  const pairs: readonly Pair[] = map.items;
  const removed = pairs.find(({ key }) => isScalar(key) && key.value === colour);
  if (removed === undefined) return undefined;
  const kept = pairs.filter((pair) => pair !== removed);
  if (map.flow === true) return flowReplacement(text, map, kept);
  const keyStart = rangeOf(removed.key)[0];
  if (kept.length > 0) return removal(text, keyStart, endOf(removed));
  const behindColon = text.indexOf(":", rangeOf(images.key)[1]) + 1;
  // What stands between them is comments.
  const between = text.slice(behindColon, lineStart(text, keyStart));
  return { start: behindColon, end: lineEnd(text, endOf(removed)), text: ` {}${between}` };
}

function isEmpty(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null);
}

/** Another value, or one that others refer to, cannot be cut out by its own place. */
function isPlainPair({ value }: Pair): boolean {
  return value === null || (isScalar(value) && isPlain(value));
}

function isPlain({ anchor, tag }: Scalar): boolean {
  return anchor === undefined && tag === undefined;
}

function flowReplacement(text: string, map: YAMLMap, kept: readonly Pair[]): Splice {
  const [start, end] = map.range ?? [0, 0];
  const entries = kept.map((pair) => text.slice(rangeOf(pair.key)[0], endOf(pair)));
  return { start, end, text: entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }` };
}

function endOf({ key, value }: Pair): number {
  return isScalar(value) && value.range ? value.range[1] : rangeOf(key)[1];
}
