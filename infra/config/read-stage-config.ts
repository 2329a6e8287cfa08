import { fileKey, isWithin, type KeyPath, projectName, stackFileName, valueAt } from "./config-keys.ts";
import { decodeValues } from "./decode-values.ts";
import { ConfigError, hiddenValue, type PlacedProblem, type Problem, shownValue } from "./problems/config-error.ts";
import { encryptedSettings } from "./problems/encrypted-settings.ts";
import { fixText } from "./problems/fix.ts";
import { plainSecrets, type SecretKnowledge, unjudgedSecrets } from "./problems/plain-secrets.ts";
import { ignoredProviderKeys } from "./problems/provider-keys.ts";
import { type Reading, schemaProblems } from "./problems/schema-problems.ts";
import { applicationRules } from "./rules/application.ts";
import { databaseRules } from "./rules/database.ts";
import { platformRules } from "./rules/platform.ts";
import { productionRules, sharedWithStaging } from "./rules/production.ts";
import { type Breach, type ReadableConfig, readablePart } from "./rules/readable-config.ts";
import { rolloutRules } from "./rules/rollout.ts";
import { verifyRules } from "./rules/verify.ts";
import { orList } from "./schema/primitives.ts";
import { type Stage, type StageConfig, stageConfigSchema, stages } from "./schema/stage-config.ts";
import { type StackSettings, secretKeysOf } from "./stack-file.ts";

/** What the engine tells a program about its config. */
export interface StageConfigInput {
  /** Name of the stack: `pulumi.getStack()`. */
  readonly stack: string;
  /** Name of the project: `pulumi.getProject()`. */
  readonly project: string;
  /** Every value as text by its full key, scalars bare and blocks as JSON: `pulumi.runtime.allConfig()`. */
  readonly values: Readonly<Record<string, string>>;
  /**
   * Full keys that hold a secret, as the engine lists them in `PULUMI_CONFIG_SECRET_KEYS`. No value under them is ever
   * shown, and every secret must be under one of them. Default: those of the stack file.
   */
  readonly secretKeys?: readonly string[] | undefined;
  /**
   * The stack file that the values come from, where it is at hand. It tells for each secret whether it is encrypted. Without
   * it and without `secretKeys`, that is not checked.
   */
  readonly stackFile?: StackSettings | undefined;
  /** The stack file of staging, where it is at hand. Production must share no name with it. */
  readonly staging?: StackSettings | undefined;
}

/**
 * Reads and checks a stage's whole config, with every default filled in.
 *
 * @throws {ConfigError} that tells every problem at once: key, value, rule and fix
 */
export function readStageConfig(input: StageConfigInput): StageConfig & { readonly stage: Stage } {
  const { values } = input;
  const stage = readStage(input);
  const knowledge = secretKnowledge(input, stage);
  const { raw, misplaced } = decodeValues(values, stage);
  const isSecret = (path: KeyPath) =>
    path[0] === "applicationSecrets" ||
    path[0] === "frontendToken" ||
    knowledge.secretKeys?.includes(fileKey(path.slice(0, 1))) === true;
  const reading = { stage, raw, isSecret };

  const parsed = stageConfigSchema.safeParse(raw);
  const refused = [...misplaced, ...(parsed.success ? [] : schemaProblems(parsed.error.issues, reading, misplaced))];
  const config = parsed.success ? parsed.data : readablePart(raw, refused.flatMap(placesOf));
  const broken = besides(refused, ruleProblems(breachesOf(config, stage, input.staging), config, reading));
  const ignored = ignoredProviderKeys(values, stage, (key) => knowledge.secretKeys?.includes(key) === true);
  const plain = plainSecrets(raw["applicationSecrets"], values, knowledge);
  const encrypted = besides([...refused, ...broken], encryptedSettings(raw, knowledge));
  const found = [...refused, ...broken, ...encrypted];
  const further = besides(found, [...ignored, ...besides(ignored, plain)]);
  const problems = inFileOrder([...found, ...further]);

  if (!parsed.success || problems.length > 0) throw new ConfigError(stackFileName(stage), problems);
  return { ...parsed.data, ...withoutLabels(parsed.data.images), stage };
}

/** Images as their digests alone, and their labels: `2.4.0@sha256:…` is both in one scalar, so that one never outlives the other. */
function withoutLabels(images: StageConfig["images"]): Pick<StageConfig, "images" | "imageLabels"> {
  const parts = Object.entries(images).flatMap(([colour, text]) =>
    text === undefined ? [] : [{ colour, at: text.lastIndexOf("@"), text }],
  );
  const labelled = parts.filter(({ at }) => at !== -1);
  return {
    images: Object.fromEntries(parts.map(({ colour, at, text }) => [colour, text.slice(at + 1)])),
    ...(labelled.length === 0
      ? {}
      : { imageLabels: Object.fromEntries(labelled.map(({ colour, at, text }) => [colour, text.slice(0, at)])) }),
  };
}

/**
 * The stage that a stack is.
 *
 * @throws {ConfigError} for any other stack or project. Its keys are not judged, because none of them means anything then.
 */
function readStage({ stack, project }: { readonly stack: string; readonly project: string }): Stage {
  const stage = stages.find((name) => name === stack);
  const problems: Problem[] = [];
  if (project !== projectName) {
    problems.push({
      key: "project",
      value: shownValue(project),
      rule: `must be ${projectName}: every key in the stack files begins with this name`,
      fix: `in Pulumi.yaml, write\n  name: ${projectName}`,
    });
  }
  if (stage === undefined) {
    problems.push({
      key: "stack",
      value: shownValue(stack),
      rule: `must be ${orList(stages)}: each stage has one stack`,
      fix: `pulumi stack select <${stages.join("|")}>`,
    });
  }
  if (stage !== undefined && problems.length === 0) return stage;
  throw new ConfigError(stage === undefined ? stackFileName(stack) : "Pulumi.yaml", problems);
}

/**
 * The warning for an accepted config whose application secrets could not be checked one by one.
 *
 * @returns `undefined` where each was checked
 */
export function warnOfUnjudgedSecrets(
  input: StageConfigInput,
  { stage, applicationSecrets }: Pick<StageConfig, "applicationSecrets"> & { readonly stage: Stage },
): string | undefined {
  return unjudgedSecrets(applicationSecrets, secretKnowledge(input, stage));
}

function secretKnowledge({ secretKeys, stackFile }: StageConfigInput, stage: Stage): SecretKnowledge {
  return {
    stage,
    stackFile,
    secretKeys: secretKeys ?? (stackFile === undefined ? undefined : secretKeysOf(stackFile)),
  };
}

const rules = [
  ...rolloutRules,
  ...platformRules,
  ...databaseRules,
  ...applicationRules,
  ...verifyRules,
  ...productionRules,
];

/** Every rule across keys that a config breaks. */
function breachesOf(config: ReadableConfig, stage: Stage, staging: StackSettings | undefined): readonly Breach[] {
  const isCompared = stage === "production" && staging !== undefined;
  const shared = isCompared ? sharedWithStaging(config, decodeValues(staging.values, "staging").raw) : [];
  return [...rules.flatMap((rule) => rule(config, stage)), ...shared];
}

/** Breaches in words. A default that breaks a rule is shown as the value that it is. */
function ruleProblems(breaches: readonly Breach[], config: ReadableConfig, { stage, isSecret }: Reading) {
  return breaches.map(({ path, rule, fix }): PlacedProblem => {
    const value = isSecret(path) ? hiddenValue : shownValue(valueAt(config, path));
    return { path, problem: { key: fileKey(path), value, rule, fix: fixText(fix, path, stage) } };
  });
}

/** The further problems that are at other places. So each value has one problem: the first that was found. */
function besides(found: readonly PlacedProblem[], further: readonly PlacedProblem[]): readonly PlacedProblem[] {
  const taken = found.flatMap(placesOf);
  return further.filter(({ path }) => !taken.some((place) => isWithin(path, place) || isWithin(place, path)));
}

/** Where a problem is, and where a value is absent because of it. */
function placesOf({ path, meant }: PlacedProblem): readonly KeyPath[] {
  return meant === undefined ? [path] : [path, meant];
}

/** By top-level key in the schema's order, which is the order of the stack files. Unknown keys come last. */
function inFileOrder(placed: readonly PlacedProblem[]) {
  const order = Object.keys(stageConfigSchema.shape);
  const position = ({ path }: PlacedProblem) => {
    const found = order.indexOf(String(path[0]));
    return found === -1 ? order.length : found;
  };
  return placed.toSorted((one, other) => position(one) - position(other)).map(({ problem }) => problem);
}
