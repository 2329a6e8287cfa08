import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileName } from "../../infra/config/config-keys.ts";
import { type PlanRequest, planStage, type StagePlan } from "../../rehearsal/plan/plan-stage.ts";
import type { PublicRuleAddress } from "../../rollout/rollback-address.ts";
import type { Split } from "../../rollout/split.ts";

/** A plan, and what the program itself writes into the public rule before it registers anything. */
export interface PlannedUpdate {
  readonly plan: StagePlan;
  readonly writes: readonly { readonly address: PublicRuleAddress; readonly split: Split }[];
}

const plans = new Map<string, Promise<StagePlan>>();
const updates = new Map<string, Promise<PlannedUpdate>>();

/**
 * Plans a stage by the real program, once for each question in this process: tests ask the same ones over and over. The
 * stack file's text is part of the question. A plan is frozen, because several tests read it.
 */
export function planOnce(request: Omit<PlanRequest, "openPublicRule">): Promise<StagePlan> {
  return answerOnce(plans, request, () => planStage(request));
}

/** As {@link planOnce}, for an update, which may write to AWS: what it would write is noted, and nothing is written. */
export function planUpdateOnce(request: Omit<PlanRequest, "openPublicRule">): Promise<PlannedUpdate> {
  return answerOnce(updates, request, async () => {
    const writes: { address: PublicRuleAddress; split: Split }[] = [];
    const openPublicRule = async () => ({
      writeSplit: async (address: PublicRuleAddress, split: Split) => {
        writes.push({ address, split });
        return split;
      },
      readSplit: async () => writes.at(-1)?.split ?? { blue: 0, green: 0 },
    });
    return { plan: await planStage({ ...request, openPublicRule }), writes };
  });
}

function answerOnce<T>(known: Map<string, Promise<T>>, request: PlanRequest, answer: () => Promise<T>): Promise<T> {
  const file = readFileSync(join(request.projectFolder, stackFileName(request.stage)), "utf8");
  const { projectFolder: _, ...question } = request;
  const key = JSON.stringify([question, file]);
  const answered = known.get(key) ?? answer().then(frozen);
  known.set(key, answered);
  return answered;
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}
