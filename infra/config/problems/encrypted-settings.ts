import { fileKey, stackFileName } from "../config-keys.ts";
import { schemaAt } from "../schema/stage-config.ts";
import { hiddenValue, type PlacedProblem } from "./config-error.ts";
import type { SecretKnowledge } from "./plain-secrets.ts";

/** The keys whose values nobody but the engine may read. */
const secretKeys: readonly string[] = ["applicationSecrets", "frontendToken"];

/**
 * Settings that are encrypted in the stack file and are no secret. The engine would decrypt them, and whoever reviews the file
 * would not see what it asks for: another weight, say.
 */
export function encryptedSettings(
  raw: Readonly<Record<string, unknown>>,
  { stage, secretKeys: encrypted }: SecretKnowledge,
): readonly PlacedProblem[] {
  return Object.keys(raw).flatMap((name): readonly PlacedProblem[] => {
    if (secretKeys.includes(name) || schemaAt([name]) === undefined) return [];
    const key = fileKey([name]);
    if (encrypted?.includes(key) !== true) return [];
    const rule =
      "must not be encrypted, nor anything inside it: whoever reviews the file and npm run plan have to read it. Only applicationSecrets and frontendToken are secret";
    const fix = `in ${stackFileName(stage)}, write the value of ${key} in plain text`;
    return [{ path: [name], problem: { key, value: hiddenValue, rule, fix } }];
  });
}
