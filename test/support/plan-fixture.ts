import type { PlanRequest, StagePlan } from "../../rehearsal/plan/plan-stage.ts";
import { planOnce } from "./plan-once.ts";
import { fixtureFolder } from "./stack-files.ts";

/** Plans a stage by the real program from the tests' own stack files. */
export function planFixture(request: Omit<PlanRequest, "projectFolder">): Promise<StagePlan> {
  return planOnce({ ...request, projectFolder: fixtureFolder });
}
