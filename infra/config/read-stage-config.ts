import { fileKey, isWithin, type KeyPath, stackFileName } from "./config-keys.ts";
import { decodeValues } from "./decode-values.ts";
import { type StackSettings, secretKeysOf } from "./parse-stack-file.ts";
import { ConfigError, type PlacedProblem } from "./problems/config-error.ts";
import { plainSecrets, type SecretKnowledge, unjudgedSecrets } from "./problems/plain-secrets.ts";
import { schemaProblems } from "./problems/schema-problems.ts";
import { readStage } from "./read-stage.ts";
import { readablePart } from "./rules/readable-config.ts";
import { ruleProblems } from "./rules/rule-problems.ts";
import { type Stage, type StageConfig, stageConfigSchema } from "./schema/stage-config.ts";

/** What the engine tells a program about its config. */
export interface StageConfigInput {
  /** Name of the stack: `pulumi.getStack()`. */
  readonly stack: string;
  /** Name of the project: `pulumi.getProject()`. */
  readonly project: string;
  /** Every value as text by its full key, scalars bare and blocks as JSON: `pulumi.runtime.allConfig()`. */
  readonly values: Readonly<Record<string, string>>;
  /**
   * Full keys that hold a secret, as the engine lists them in `PULUMI_CONFIG_SECRET_KEYS`: no value under them is ever
   * shown, and every secret must be under one of them. Default: those of the stack file.
   */
  readonly secretKeys?: readonly string[] | undefined;
  /**
   * The stack file that the values come from, where it is at hand: it tells of each secret whether it is encrypted.
   * Without it and without `secretKeys` that is not checked.
   */
  readonly stackFile?: StackSettings | undefined;
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
    path[0] === "applicationSecrets" || knowledge.secretKeys?.includes(fileKey(path.slice(0, 1))) === true;
  const reading = { stage, raw, isSecret };

  const parsed = stageConfigSchema.safeParse(raw);
  const refused = [...misplaced, ...(parsed.success ? [] : schemaProblems(parsed.error.issues, reading, misplaced))];
  const config = parsed.success ? parsed.data : readablePart(raw, refused.flatMap(placesOf));
  const broken = besides(refused, ruleProblems(config, reading));
  const plain = plainSecrets(raw["applicationSecrets"], values, knowledge);
  const problems = inFileOrder([...refused, ...broken, ...besides([...refused, ...broken], plain)]);

  if (!parsed.success || problems.length > 0) throw new ConfigError(stackFileName(stage), problems);
  return { ...parsed.data, stage };
}

/**
 * The warning for an accepted config that the application secrets in it could not be judged one by one.
 *
 * @returns undefined where each could be judged
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

/** Of further problems those at other places, so that one value has one problem: the first that was found. */
function besides(found: readonly PlacedProblem[], further: readonly PlacedProblem[]): readonly PlacedProblem[] {
  const taken = found.flatMap(placesOf);
  return further.filter(({ path }) => !taken.some((place) => isWithin(path, place) || isWithin(place, path)));
}

/** Where a problem is, and where a value is absent because of it. */
function placesOf({ path, meant }: PlacedProblem): readonly KeyPath[] {
  return meant === undefined ? [path] : [path, meant];
}

/** By top-level key in the schema's order, which is the stack files'; keys that it does not have come last. */
function inFileOrder(placed: readonly PlacedProblem[]) {
  const order = Object.keys(stageConfigSchema.shape);
  const position = ({ path }: PlacedProblem) => {
    const found = order.indexOf(String(path[0]));
    return found === -1 ? order.length : found;
  };
  return placed.toSorted((one, other) => position(one) - position(other)).map(({ problem }) => problem);
}
