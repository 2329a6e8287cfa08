import type { RescueAws } from "../../infra/aws/rescue.ts";
import { rollbackCommand } from "../../infra/messages.ts";
import { byColour, colours, otherColour } from "../../rollout/colour.ts";
import type { Latch } from "../../rollout/latch.ts";
import { namingStage } from "../../rollout/move.ts";
import { type PublicPath, publicPathProblems } from "../../rollout/public-path.ts";
import { isSameSplit, type Split, weightsByColour } from "../../rollout/split.ts";
import { type Clock, formatInstant } from "../../rollout/time.ts";
import { messageOf } from "../outcome.ts";
import { splitWords } from "../terminal.ts";
import type { RolloutWorld } from "../world.ts";

/** Where a stage stands as far as AWS alone tells, for a machine that cannot ask Pulumi. */
export interface RescueStatus extends Awaited<ReturnType<typeof lookWithoutPulumi>> {
  /** What could not be read: Pulumi's state, or the stack file, which has a mistake. */
  readonly unread: "Pulumi" | "stack file";
  /** Why not. */
  readonly problem: string;
}

/**
 * Says where a stage stands from the two parameters that a rollback reads: split, latch, tasks and alarms. There is no record
 * without Pulumi, so there is no bake and no gate.
 *
 * @param unread what could not be read, and why
 * @throws {Error} where AWS does not answer either; it names both
 */
export async function statusWithoutPulumi(
  world: RolloutWorld,
  { unread, problem }: Pick<RescueStatus, "unread" | "problem">,
): Promise<RescueStatus> {
  try {
    return { ...(await lookWithoutPulumi(world, await world.openRescue())), unread, problem };
  } catch (error) {
    const said = messageOf(error);
    throw new Error(
      `${problem}\nWithout ${unread === "Pulumi" ? "Pulumi" : "the stack file"}, AWS alone was asked, and that failed too. ${said}`,
      { cause: error },
    );
  }
}

async function lookWithoutPulumi({ stage, now }: Pick<RolloutWorld, "stage" | "now">, rescue: RescueAws) {
  const { address, latch, timeZone } = await rescue.find();
  const { compositeAlarmNames, liveColour } = address;
  const [split, publicPath, blue, green, alarms] = await Promise.all([
    rescue.readSplit(address),
    rescue.readPublicPath(address),
    rescue.readTargets(address, "blue"),
    rescue.readTargets(address, "green"),
    rescue.readAlarms(Object.values(compositeAlarmNames)),
  ]);
  const tasks = { blue, green };
  return {
    stage,
    at: now().toISOString(),
    timeZone,
    split,
    publicPath,
    latch,
    /** As the last update left it. */
    liveColour,
    colours: byColour((colour) => ({
      tasks: tasks[colour],
      alarm: { name: compositeAlarmNames[colour], state: alarms[compositeAlarmNames[colour]] ?? "MISSING" },
    })),
    record: null,
    gate: null,
  };
}

/** Draws it: first AWS, the latch and the next command, as `status` does. */
export function renderWithoutPulumi(status: RescueStatus): string {
  const { stage, split, publicPath, latch, liveColour, colours: byColour, unread, problem } = status;
  const clock = { now: new Date(status.at), timeZone: status.timeZone };
  const { why, command } = nextWithoutPulumi(status);
  return [
    `AWS, ${stage}: ${splitWords(split)}.`,
    ...notAsPlanned(publicPath, stage),
    latchLine(latch, clock),
    `Next: ${why}`,
    ...(command === null ? [] : [`    ${command}`]),
    "",
    `${liveColour} was live after the last update.`,
    ...colours.map((colour) => {
      const { tasks, alarm } = byColour[colour];
      const all = tasks.healthy + tasks.notHealthy;
      return `${colour}: ${tasks.healthy} of ${all} tasks healthy; alarm ${alarm.name}: ${alarm.state}.`;
    }),
    "",
    `${unread === "Pulumi" ? "Pulumi could not be asked" : "The stack file could not be read"}, so this is from AWS alone: no record, no bake, no gate. ${problem}`,
  ].join("\n");
}

/** What the weights do not decide about, a line each. */
export function notAsPlanned(path: PublicPath, stage: string): string[] {
  return publicPathProblems(path).map((problem) => `NOT as planned: ${namingStage(problem, stage)}`);
}

function nextWithoutPulumi(status: RescueStatus): { readonly why: string; readonly command: string | null } {
  const { stage, split, latch, liveColour: live, colours: byColour } = status;
  const command = rollbackCommand(stage);
  if (!isAllToLive(split, live)) {
    const { alarm } = byColour[otherColour(live)];
    if (latch.state === "set") {
      return { why: `Return all traffic to ${live}. The latch is set, and AWS still gives other weights.`, command };
    }
    if (alarm.state === "ALARM") return { why: `The candidate's alarm fires. Return all traffic to ${live}.`, command };
  }
  if (latch.state === "set") {
    const needs = status.unread === "Pulumi" ? "Pulumi" : "a stack file without mistakes";
    return { why: `The traffic is back. Make the stack file and the record say so too; that needs ${needs}.`, command };
  }
  const first = status.unread === "Pulumi" ? "Log in to Pulumi" : "Correct the stack file";
  return { why: `${first} to see whether a step may be taken. A rollback does not need it.`, command: null };
}

function isAllToLive(split: Split, live: RescueStatus["liveColour"]): boolean {
  return isSameSplit(split, weightsByColour(live, 0));
}

/** The latch in a line, with its time as the reader's clock has it. */
export function latchLine(latch: Latch, clock: Clock): string {
  if (latch.state === "clear") return "Latch: clear.";
  if (latch.isMissing === true) return `Latch: counts as SET, because ${latch.reason}.`;
  const at = Number.isNaN(Date.parse(latch.at)) ? latch.at : formatInstant(new Date(latch.at), clock);
  return `Latch: SET at ${at}, ${latch.reason}.`;
}
