import { fileKey, isWithin, type KeyPath, stackFileName, valueAt } from "../config-keys.ts";
import { decodeValues } from "../decode-values.ts";
import { andList } from "../schema/primitives.ts";
import type { Stage } from "../schema/stage-config.ts";
import { providerCredentials } from "../secrets.ts";
import type { StackSettings } from "../stack-file.ts";
import { hiddenValue, type PlacedProblem } from "./config-error.ts";
import { fixText } from "./fix.ts";

/** What is known about which values are encrypted. Either source may be missing. */
export interface SecretKnowledge {
  readonly stage: Stage;
  /** Full keys that hold a secret somewhere in their value. The engine tells a program no more than that. */
  readonly secretKeys: readonly string[] | undefined;
  /** The stack file, where it is at hand. Only the file tells which value inside a block is encrypted. */
  readonly stackFile: StackSettings | undefined;
}

const rule =
  "must be encrypted: everybody who can read the repository can read this file. Replace the secret at its provider if it was pushed";

/** Secrets that are in the stack file in plain text: entries of `applicationSecrets`, Vercel's token, and providers' credentials. */
export function plainSecrets(
  secrets: unknown,
  values: Readonly<Record<string, string>>,
  knowledge: SecretKnowledge,
): readonly PlacedProblem[] {
  const isPlain = (key: string) => values[key] !== undefined && knowledge.secretKeys?.includes(key) === false;
  const token = ["frontendToken"];
  const entries = secretNames(secrets).filter((name) => markOf(name, knowledge) === "plain");
  return [
    ...entries.map((name) => problem(["applicationSecrets", name], knowledge.stage)),
    ...(isPlain(fileKey(token)) ? [problem(token, knowledge.stage)] : []),
    ...providerCredentials.filter(isPlain).map((key) => problem([key], knowledge.stage, key)),
  ];
}

/**
 * The warning that some application secrets could not be checked one by one, because the stack file that the engine read is
 * not at hand.
 *
 * @returns `undefined` where each was checked
 */
export function unjudgedSecrets(secrets: unknown, knowledge: SecretKnowledge): string | undefined {
  const names = secretNames(secrets).filter((name) => markOf(name, knowledge) === "unknown");
  if (names.length === 0) return undefined;
  const file = stackFileName(knowledge.stage);
  const why =
    knowledge.stackFile === undefined
      ? `${file} cannot be read from the project folder`
      : `${file} in the project folder does not hold them, so Pulumi read another file`;
  return `It was not checked whether these application secrets are encrypted: ${andList(names)}. ${why}. Check that the stack file has "secure:" for each of them. To encrypt one, run npm run rollout -- set --stage ${knowledge.stage} --secret applicationSecrets.<name>.`;
}

type Mark = "encrypted" | "plain" | "unknown";

function markOf(name: string, { stage, secretKeys, stackFile }: SecretKnowledge): Mark {
  const path = ["applicationSecrets", name];
  const key = fileKey(["applicationSecrets"]);
  if (secretKeys?.includes(key) === false) return "plain";
  if (stackFile === undefined) return "unknown";
  if (stackFile.encryptedPaths.some((encrypted) => isWithin([key, name], encrypted))) return "encrypted";
  // A file without the secret is not the file that the values come from.
  return valueAt(decodeValues(stackFile.values, stage).raw, path) === undefined ? "unknown" : "plain";
}

function secretNames(secrets: unknown): readonly string[] {
  return typeof secrets === "object" && secrets !== null ? Object.keys(secrets) : [];
}

function problem(path: KeyPath, stage: Stage, key = fileKey(path)): PlacedProblem {
  return { path, problem: { key, value: hiddenValue, rule, fix: fixText({ setSecret: true }, path, stage) } };
}
