import type { Stage } from "../schema/stage-config.ts";
import { fileKey, fixText } from "./fix.ts";
import type { PlacedProblem } from "./schema-problems.ts";
import { hiddenValue } from "./shown-value.ts";

/**
 * Application secrets that stand in the stack file unencrypted.
 *
 * @param secrets `applicationSecrets` as decoded
 * @param secretKeys full keys that hold a secret; the engine tells of a whole block only, so one encrypted secret answers
 * for its neighbours here, and the stack file's JSON Schema judges each
 */
export function plainSecrets(secrets: unknown, stage: Stage, secretKeys: readonly string[]): readonly PlacedProblem[] {
  if (typeof secrets !== "object" || secrets === null || secretKeys.includes(fileKey(["applicationSecrets"])))
    return [];
  return Object.keys(secrets).map((name) => {
    const path = ["applicationSecrets", name];
    const rule = "encrypted: what stands in the stack file is for every reader of the repository";
    const fix = fixText({ setSecret: true }, path, stage);
    return { path, problem: { key: fileKey(path), value: hiddenValue, rule, fix } };
  });
}
