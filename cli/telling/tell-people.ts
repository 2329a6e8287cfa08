import type { StageAws } from "../../infra/aws/stage-aws.ts";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { askedGateSchema } from "../../infra/rollout/gate-file.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { messageOf, RefusedError } from "../outcome.ts";
import type { Standing } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import { type Message, noticeOf } from "./message.ts";

/** What the config lets commands tell people of. */
type Subject = StageConfig["alerts"]["messages"][number];

/** Where people are told, and whether they want to be. */
export interface Telling {
  readonly aws: Pick<StageAws, "publish">;
  readonly config: Pick<StageConfig, "alerts">;
}

/**
 * Tells people of something that was done, where the config wants it. Nothing fails because nobody could be told: whoever ran
 * the command is told that.
 */
export async function tellPeople(
  { say }: Pick<RolloutWorld, "say">,
  { aws, config }: Telling,
  subject: Subject,
  makeMessage: () => Promise<Message>,
): Promise<void> {
  if (!config.alerts.messages.includes(subject)) return;
  try {
    await aws.publish(noticeOf(await makeMessage()));
    say("The people in alerts.notify were told");
  } catch (error) {
    say(`Nobody was told of it. ${messageOf(error)}`);
  }
}

/** A move whose update was begun, and of which nobody knows that it ended well. */
export class UnfinishedMoveError extends Error {}

/** Tells people of a move that failed: by the gate's verdict, or in its update. Any other failure changed nothing. */
export async function tellOfFailure(
  world: RolloutWorld,
  standing: Standing,
  asked: string,
  failure: unknown,
): Promise<void> {
  const { stage } = standing;
  const messages = () => import("./move-messages.ts");
  if (failure instanceof UnfinishedMoveError) {
    await tellPeople(world, standing, "moves", async () => (await messages()).failureMessage(stage, asked));
  }
  const gate = failure instanceof RefusedError ? askedGateSchema.safeParse(failure.report["gate"]).data : undefined;
  if (gate !== undefined && gate.verdict !== "pass") {
    await tellPeople(world, standing, "verdicts", async () =>
      (await messages()).verdictMessage({ stage, asked, gate }),
    );
  }
}

/** Tells people of a move that was made. */
export async function tellOfMove(world: RolloutWorld, standing: Standing, evidence: Evidence): Promise<void> {
  const { record, schedule, config, takenAt } = standing;
  const clock = { now: takenAt, timeZone: config.timeZone };
  await tellPeople(world, standing, "moves", async () => {
    const { moveMessage } = await import("./move-messages.ts");
    return moveMessage(evidence, { record, schedule, clock });
  });
}
