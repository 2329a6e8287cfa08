import { colours } from "../../rollout/colour.ts";
import { namingStage } from "../../rollout/move.ts";
import type { Stage } from "../../rollout/names.ts";
import {
  areSameKeys,
  firstSigningKeys,
  isInGrace,
  nextRotationStep,
  type RotationStep,
  type SigningKeys,
  signingKeysText,
} from "../../rollout/signing-keys.ts";
import { serviceProblem } from "../../rollout/standing-problems.ts";
import { type Clock, formatInstant } from "../../rollout/time.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { RefusedError } from "../outcome.ts";
import type { Standing } from "../snapshot.ts";
import { type AskedMove, prepareMove } from "./decide.ts";
import { judgeRotatePlan } from "./plan-judgement.ts";

/** What is asked of a rotation. */
interface RotationRequest {
  /** Whether the key before is no longer to be accepted. */
  readonly endGrace: boolean;
  /** The written reason, where one was given. */
  readonly reason: string | undefined;
}

/** How each update of a rotation is called in messages. */
const names: Readonly<Record<RotationStep, (from: SigningKeys, to: SigningKeys) => string>> = {
  prepare: (_, { alsoAccepted }) => `Preparing key ${alsoAccepted} of SECRET_KEY`,
  switch: (_, { current }) => `The switch to key ${current} of SECRET_KEY`,
  "end grace": ({ alsoAccepted }) => `Ending the grace of key ${alsoAccepted} of SECRET_KEY`,
};

/**
 * The next update of a rotation of `SECRET_KEY`: all tasks accept the next key, or it signs, or the one before is no longer
 * accepted. The program judges whether it may be made now.
 *
 * @throws {RefusedError} naming every reason why this command does not make it
 */
export async function rotation(standing: Standing, { endGrace, reason }: RotationRequest): Promise<AskedMove> {
  const { record } = standing;
  const from = record.signingKeys ?? firstSigningKeys;
  const { step, keys } = nextRotationStep(from);
  const wrong = wrongStep(standing, { from, step, endGrace });
  if (wrong !== undefined) throw new RefusedError("The rotation of SECRET_KEY", [wrong]);
  const asked: Omit<AskedMove, "reason"> = {
    action: "rotate",
    name: names[step](from, keys),
    to: { liveColour: record.liveColour, weightPercent: record.weightPercent },
    signingKeys: keys,
    edit: { signingKey: keys.current, alsoAcceptedSigningKey: keys.alsoAccepted },
    judgePlan: judgeRotatePlan,
  };
  const problems = [...keyProblems(standing, from, keys), ...(await serviceProblems(standing, keys))];
  return prepareMove(standing, asked, reason, problems);
}

/** The grace is ended by its own flag, so that nobody signs people out by running the same line once too often. */
function wrongStep(
  { record, stage, takenAt, config }: Standing,
  { from, step, endGrace }: { readonly from: SigningKeys; readonly step: RotationStep; readonly endGrace: boolean },
): string | undefined {
  if (step === "end grace" && !endGrace) {
    const until = record.signingKeys?.acceptedUntil ?? takenAt.toISOString();
    const when =
      new Date(until) > takenAt
        ? `from ${formatInstant(new Date(until), { now: takenAt, timeZone: config.timeZone })} on`
        : "now";
    return `Key ${from.current} signs, and key ${from.alsoAccepted} is still accepted. To end that, run npm run rollout -- rotate --stage ${stage} --end-grace, ${when}. After it you can rotate again.`;
  }
  if (step !== "end grace" && endGrace) {
    return `No key is in its grace: ${signingKeysText(from)} is deployed. To rotate, leave --end-grace out: npm run rollout -- rotate --stage ${stage}.`;
  }
  return undefined;
}

function keysInFile({ config }: Standing): SigningKeys {
  return { current: config.signingKey, alsoAccepted: config.alsoAcceptedSigningKey ?? null };
}

/** A change of the keys in the stack file that this command did not make. The file may ask for the same, as after a kill. */
function keyProblems(standing: Standing, from: SigningKeys, to: SigningKeys): string[] {
  const inFile = keysInFile(standing);
  if (areSameKeys(inFile, from) || areSameKeys(inFile, to)) return [];
  return [
    `The stack file has ${signingKeysText(inFile)}, but ${signingKeysText(from)} is deployed. Set it back, or check out the deployed version.`,
  ];
}

/**
 * A colour whose tasks are not those of the last update may not know the keys that the next one relies on. Where the file asks
 * for the keys already, an earlier run was accepted and cut off, and may have replaced tasks.
 */
async function serviceProblems(standing: Standing, to: SigningKeys): Promise<string[]> {
  const { addresses, aws, stage } = standing;
  if (areSameKeys(keysInFile(standing), to)) return [];
  const services = await aws.readServices();
  return colours.flatMap((colour) => {
    const planned = addresses.taskDefinitionArns[colour];
    const problem = planned === null ? undefined : serviceProblem(colour, services[colour], planned);
    return problem === undefined ? [] : [namingStage(problem, stage)];
  });
}

/**
 * Tells where a rotation stands, and the next command.
 *
 * @param clock dates of the same day are left out
 */
export function rotationText(keys: NonNullable<Evidence["signingKeys"]>, stage: Stage, clock: Clock): string {
  const { current, alsoAccepted, acceptedUntil } = keys;
  if (alsoAccepted === null) return `Key ${current} signs, and no other key is accepted. The rotation is over.`;
  if (!isInGrace(keys)) {
    return `All tasks accept key ${alsoAccepted} now, and key ${current} still signs. Next: npm run rollout -- rotate --stage ${stage}.`;
  }
  const end = acceptedUntil === null ? "" : ` until ${formatInstant(new Date(acceptedUntil), clock)}`;
  return `Key ${current} signs now, and key ${alsoAccepted} is accepted${end}. Then: npm run rollout -- rotate --stage ${stage} --end-grace.`;
}
