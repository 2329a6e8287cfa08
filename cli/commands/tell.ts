import { buildCommand } from "@stricli/core";
import { type CommandOutcome, WrongUseError } from "../outcome.ts";
import type { Message } from "../telling/message.ts";
import type { RolloutWorld } from "../world.ts";
import { action, type CommonFlags, commonFlags, explain, textFlag } from "./command.ts";

interface TellFlags extends CommonFlags {
  readonly what?: string;
  readonly next?: string;
}

/** `tell`: one message to the people who are told of alarms, for a job that runs at night. */
export const tell = buildCommand({
  docs: explain(
    "Look for drift and reached limits, and tell the people in alerts.notify of them. Nothing found: nobody is told.",
    [
      {
        line: "npm run rollout -- tell --stage production",
        purpose: "Traffic that is not as recorded, a planned alarm that is gone, a limit that is reached.",
      },
      {
        line: 'npm run rollout -- tell --stage production --what "the nightly preview finds changes" --next "npx pulumi preview --refresh --diff --stack production"',
        purpose: "One message about what a job has found, without a look.",
      },
    ],
  ),
  parameters: {
    flags: {
      ...commonFlags,
      what: { ...textFlag, brief: "What was found, in a few words. No names of people and no secrets." },
      next: { ...textFlag, brief: "What to do; with --what." },
    },
  },
  func: action(async ({ stage, what, next }: TellFlags, openWorld) => {
    if (what === undefined && next !== undefined) throw new WrongUseError("--next goes with --what.");
    const world = await openWorld(stage);
    if (what === undefined) return await tellOfNeeds(world);
    const { readLastUpdate } = await import("../snapshot.ts");
    const { addresses } = await readLastUpdate(world);
    const message = { stage, what, done: [], next: next === undefined ? [] : [next] };
    return await publish(world.openAws(addresses), message);
  }),
});

async function tellOfNeeds(world: RolloutWorld): Promise<CommandOutcome> {
  const [{ needsMessage }, { describeStage }, { readSnapshot }] = await Promise.all([
    import("../telling/stage-needs.ts"),
    import("../reports/status-report.ts"),
    import("../snapshot.ts"),
  ]);
  const snapshot = await readSnapshot(world);
  const message = needsMessage(describeStage(world.stage, snapshot));
  if (message === undefined) {
    const text = `AWS is as the last update of ${world.stage} left it, and no limit is reached. Nobody was told.`;
    return { exitCode: 0, text, json: { stage: world.stage, told: null } };
  }
  return await publish(snapshot.aws, message);
}

/** Here a message that cannot be sent fails the command: nothing else tells of it. */
async function publish(
  aws: Pick<ReturnType<RolloutWorld["openAws"]>, "publish">,
  message: Message,
): Promise<CommandOutcome> {
  const { noticeOf } = await import("../telling/message.ts");
  const notice = noticeOf(message);
  await aws.publish(notice);
  return { exitCode: 0, text: `${notice.message}\nThe people in alerts.notify were told.`, json: { told: message } };
}
