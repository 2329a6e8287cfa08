import type { GateFile } from "../../infra/rollout/gate-file.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { SavedPlan } from "../pulumi.ts";
import type { Standing } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import type { AskedMove } from "./decide.ts";

/**
 * The evidence of a command that is about to do something, from what every one of them has. What a command adds is spread
 * over it; until then the rollout stays where it stands.
 *
 * @param at the command's time, a whole second
 * @param record where the rollout stands
 */
export async function newEvidence(
  { stage, repository }: Pick<RolloutWorld, "stage" | "repository">,
  action: Evidence["action"],
  at: Date,
  record: Pick<RolloutRecord, "liveColour" | "weightPercent" | "images">,
): Promise<Evidence> {
  const standing = { liveColour: record.liveColour, weightPercent: record.weightPercent };
  return {
    version: 1,
    stage,
    action,
    outcome: "begun",
    at: at.toISOString(),
    finishedAt: null,
    by: await repository.author(),
    from: standing,
    to: standing,
    images: { ...record.images },
    reason: null,
    overridden: [],
    gate: null,
    plan: null,
    readBack: null,
    problems: [],
  };
}

/** A plan that fits its move, and what the program said of the move. */
export interface JudgedPlan {
  readonly plan: SavedPlan;
  /** Undefined where an older version of the program was planned, which writes no verdict. */
  readonly judged: GateFile | undefined;
}

/** The evidence of a move whose update is about to be made. */
export async function beginEvidence(
  world: RolloutWorld,
  { record, config }: Pick<Standing, "record" | "config">,
  move: AskedMove,
  updateTime: Date,
  { plan, judged }: JudgedPlan,
): Promise<Evidence> {
  const restore = move.restore ?? restoreByFile(config, plan);
  return {
    ...(await newEvidence(world, move.action, updateTime, record)),
    to: move.to,
    ...(move.signingKeys === undefined ? {} : { signingKeys: { ...move.signingKeys, acceptedUntil: null } }),
    ...(restore === undefined ? {} : { restore }),
    reason: move.reason,
    overridden: judged?.overridden ?? [],
    gate: judged?.gate ?? null,
    plan: planEvidence(plan),
  };
}

/** Whether a plan makes an instance with the data of another one at a moment. */
export function restoresInstance({ changes }: Pick<NonNullable<Evidence["plan"]>, "changes">): boolean {
  return changes.some(
    ({ type, properties }) => type === "aws:rds/instance:Instance" && properties.includes("restoreToPointInTime"),
  );
}

/** The restore that an update of a merged file makes. What moment a snapshot is of, or the latest one, the file does not tell. */
function restoreByFile({ database }: Standing["config"], plan: SavedPlan): Evidence["restore"] {
  const { sourceInstanceIdentifier: source, restoreTime } = database.restoreFrom ?? {};
  if (source === undefined || restoreTime === undefined || !restoresInstance(plan)) return undefined;
  return { source, to: new Date(restoreTime).toISOString(), instance: null, rolesChecked: null };
}

/** What an update is bound to, as evidence keeps it. */
export function planEvidence({ changes, outputs }: SavedPlan): Evidence["plan"] {
  return {
    changes: changes.map(({ type, name, operations, properties }) => ({
      type,
      name,
      operations: [...operations],
      properties: [...properties],
    })),
    outputs: [...outputs],
  };
}
