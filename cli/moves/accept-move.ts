import { namingStage } from "../../rollout/move.ts";
import { reasonProblems } from "../../rollout/reason.ts";
import { standingProblems } from "../../rollout/standing-problems.ts";
import { RefusedError } from "../outcome.ts";
import { gateOf, type Snapshot, type SnapshotGate } from "../snapshot.ts";
import type { SettingsEdit } from "../stack-file/edit.ts";
import type { AcceptedMove } from "./accepted-move.ts";
import { configProblems } from "./config-problems.ts";
import { decideEdit, refusalsOf } from "./decide-edit.ts";
import { overrideEdit } from "./written-reason.ts";

/** A move that is asked for. */
export interface AskedMove extends Pick<AcceptedMove, "action" | "name" | "to" | "judgePlan"> {
  readonly edit: Pick<SettingsEdit, "liveColour" | "candidateWeight">;
  /** The written reason, where one was given. */
  readonly reason: string | undefined;
}

/**
 * Holds a move against the rules, against what stands in its way and against the gate, and tells everything at once.
 *
 * A written reason lets a step skip its bake or its order, as in config, and stands in for requests that a gate would wait
 * for. It never lets one over a gate that fails.
 *
 * @throws {RefusedError} naming every reason why not; with exit code 3 where only data is missing
 */
export function acceptMove(snapshot: Snapshot, asked: AskedMove): AcceptedMove {
  const { record, addresses } = snapshot;
  const reason = asked.reason?.trim();
  const decision = decideEdit(snapshot, asked.edit, reason);
  const gate = gateOf(snapshot);
  const standing = standingProblems({
    ...snapshot,
    plannedTaskDefinitionArns: addresses.taskDefinitionArns,
  }).map((problem) => namingStage(problem, snapshot.stage));
  // A firing alarm stands in the way already, and fails the gate as well in words of its own.
  const failed = gate.findings.filter(({ verdict, value }) => verdict === "fail" && value !== "ALARM");
  const problems = [
    ...reasonProblems(reason),
    ...configProblems(snapshot, asked.edit),
    ...refusalsOf(decision, snapshot.stage),
    ...standing,
    ...failed.map(({ sentence }) => sentence),
  ];
  const report = { move: { action: asked.action, from: standingOf(record), to: asked.to }, gate };
  if (problems.length > 0) throw new RefusedError(asked.name, [...new Set(problems)], { report });
  if (gate.verdict === "not enough data" && reason === undefined) {
    throw new RefusedError(asked.name, [...missingData(gate), overrideHint], { exitCode: 3, report });
  }
  const { name, action, to, judgePlan } = asked;
  return {
    action,
    name,
    to,
    judgePlan,
    edit: { ...asked.edit, ...overrideEdit(snapshot, decision) },
    reason: reason ?? null,
    overridden: decision.accepted ? decision.overridden : [],
    gate,
  };
}

const overrideHint =
  "Ask again later, forecast how long it takes with npm run rollout -- forecast, or give a written --reason, which is recorded.";

function missingData({ findings }: SnapshotGate): string[] {
  return findings.filter(({ verdict }) => verdict === "not enough data").map(({ sentence }) => sentence);
}

function standingOf({ liveColour, weightPercent }: Snapshot["record"]): AcceptedMove["to"] {
  return { liveColour, weightPercent };
}
