import { formatKeyPath, type KeyPath, parseKeyPath } from "../key-path.ts";
import type { Stage } from "../schema/stage-config.ts";
import { fileKey, fixText } from "./fix.ts";
import { nearestKey, sameKeyElsewhere } from "./nearest-key.ts";
import type { Problem } from "./problem.ts";
import { nodeAt } from "./schema-node.ts";
import { andList } from "./wording.ts";

/** A refused key, and the path of the key it was meant to be where that is known. */
export interface UnknownKey {
  readonly problem: Problem;
  readonly meant?: KeyPath;
}

/**
 * Refuses a key that the schema does not have. Its value is not shown: a secret may stand under a misspelt name.
 *
 * @param block the block that the key stands in, empty for the top level
 */
export function unknownKey(block: KeyPath, name: string, stage: Stage): UnknownKey {
  const path = [...block, name];
  const refuse = (rule: string, fix: string): Problem => ({ key: fileKey(path), value: "not a known key", rule, fix });

  const siblings = Object.keys(nodeAt(block)?.properties ?? {});
  const near = nearestKey(name, siblings);
  if (near !== undefined) {
    return {
      problem: refuse(`did you mean ${near}?`, fixText({ rename: near }, path, stage)),
      meant: [...block, near],
    };
  }
  const inside = block.length === 0 ? pathInsideBlock(name) : undefined;
  if (inside !== undefined) {
    const fix = [fixText({ remove: true }, path, stage), fixText({ choose: "value" }, inside, stage)].join("\n");
    return {
      problem: refuse(`${name} lies inside the block ${inside[0]}, which only --path writes to`, fix),
      meant: inside,
    };
  }
  const elsewhere = sameKeyElsewhere(name);
  const rule = elsewhere === undefined ? `known keys here: ${andList(siblings)}` : `did you mean ${elsewhere}?`;
  const removal = fixText({ remove: true }, path, stage);
  if (elsewhere === undefined) return { problem: refuse(rule, removal) };
  const target = parseKeyPath(elsewhere);
  return { problem: refuse(rule, `${removal}\n${fixText({ choose: "value" }, target, stage)}`), meant: target };
}

/** `database.multiAz` as one top-level key: what `pulumi config set database.multiAz true` makes without `--path`. */
function pathInsideBlock(name: string): KeyPath | undefined {
  if (!/^[\w-]+[.[]/.test(name)) return undefined;
  try {
    const path = parseKeyPath(name);
    return nodeAt(path) === undefined || formatKeyPath(path) !== name ? undefined : path;
  } catch {
    return undefined;
  }
}
