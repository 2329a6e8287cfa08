import type { Colour } from "../../rollout/colour.ts";
import type { Latch } from "../../rollout/latch.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { readRecord } from "../snapshot.ts";
import { editStackFile } from "../stack-file/edit.ts";
import type { RolloutWorld } from "../world.ts";
import type { Settled } from "./read-back.ts";
import { withPlanFile } from "./take-move.ts";

/**
 * Makes the stack file and the record say what AWS has. A written reason that was for going up is taken out, lest it lets
 * the next step skip something; a return to the colour before may need one itself.
 *
 * @returns the record as it was before
 */
export async function converge(
  world: RolloutWorld,
  { live, isReturn, now }: { readonly live: Colour; readonly isReturn: boolean; readonly now: Date },
): Promise<RolloutRecord> {
  const { stackFile, pulumi } = world;
  const text = await stackFile.read();
  const override = isReturn ? {} : { rolloutOverride: null, rolloutOverrideAllows: null };
  const edited = editStackFile(text, { liveColour: live, candidateWeight: 0, ...override });
  if (edited !== text) await stackFile.write(edited);
  const record = await readRecord(world);
  if (record.liveColour === live && record.weightPercent === 0) return record;
  world.say("Traffic is back; updating, so that config and record say so");
  // Its preview leaves the time in the file, by which the update may come minutes later.
  await withPlanFile(({ gatePath }) =>
    pulumi.update({ updateTime: now, gatePath, onLine: (line) => world.say(`  ${line}`) }),
  );
  return record;
}

/** What is known of a rollback when it ends. */
interface EndedRollback {
  readonly startedAt: Date;
  readonly live: Colour;
  readonly reason: string;
  /** The record as it was; absent where Pulumi could not be asked. */
  readonly before: RolloutRecord | undefined;
  /** What AWS answered in the end; absent where it did not. */
  readonly settled: Settled | undefined;
  readonly problems: readonly string[];
  /** What became of the frontend; undefined where none was out. */
  readonly frontend: Evidence["frontend"];
}

/** The evidence of a rollback by hand. */
export async function rollbackEvidence(
  world: Pick<RolloutWorld, "stage" | "now" | "repository">,
  { startedAt, live, reason, before, settled, problems, frontend }: EndedRollback,
): Promise<Evidence> {
  const at = world.now().toISOString();
  return {
    version: 1,
    stage: world.stage,
    action: "rollback",
    outcome: problems.length === 0 ? "done" : "incomplete",
    at: startedAt.toISOString(),
    finishedAt: at,
    by: await world.repository.author(),
    from: before === undefined ? null : { liveColour: before.liveColour, weightPercent: before.weightPercent },
    to: { liveColour: live, weightPercent: 0 },
    images: before === undefined ? null : { ...before.images },
    reason,
    overridden: [],
    gate: null,
    plan: null,
    readBack:
      settled === undefined ? null : { at, split: { ...settled.split }, healthyTasks: { ...settled.healthyTasks } },
    problems: [...problems],
    ...(frontend === undefined ? {} : { frontend }),
  };
}

/** The latch that stood, for a reader of the history: AWS may have rolled back by itself before. */
export function latchBefore(stood: Latch): Pick<Evidence, "latch"> {
  return stood.state === "set" && stood.isMissing !== true ? { latch: { at: stood.at, reason: stood.reason } } : {};
}
