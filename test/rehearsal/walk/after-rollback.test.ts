import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { AutomaticRollback } from "../../../rehearsal/local/rollback/automatic-rollback.ts";
import { readRoutes } from "../../../rehearsal/local/routes.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { planStage, type StagePlan } from "../../../rehearsal/plan/plan-stage.ts";
import { holdByLatch, undoLateUpdate } from "../../../rehearsal/walk/after-rollback.ts";
import { RehearsedProgram } from "../../../rehearsal/walk/rehearsed-program.ts";
import type { StageWorld } from "../../../rehearsal/walk/stage-world.ts";
import { fixtureFolder } from "../../support/stack-files.ts";
import { balancerAt, rulesOf, weightsOf } from "../local/fixtures/machine-world.ts";

const settings = {
  "images.blue": sampleImageDigest("1.0.0"),
  "images.green": sampleImageDigest("1.1.0"),
};
const startsAt = new Date("2026-11-23T00:00:00Z");
const alarmInput = { alarmName: "portal-staging-green-unfit" };
const terminal = { line: () => {}, status: () => {}, paint: (_: unknown, text: string) => text };

/** Staging at 5 %, as the real program plans it; and the next step, planned once the bake was over. */
async function atFirstStep(): Promise<{ readonly program: RehearsedProgram; readonly late: StagePlan }> {
  const program = new RehearsedProgram({
    planner: { planStage },
    stage: "staging",
    projectFolder: fixtureFolder,
    settings,
    startsAt,
    previousRecord: null,
  });
  await program.deploy({});
  await program.deploy({ candidateWeight: 5 });
  const at = new Date(startsAt.getTime() + 86_400_000);
  return { program, late: await program.foresee({ edit: { candidateWeight: 25 }, at }) };
}

/** What a stage's rehearsal works with, without processes; the rollback has not begun to watch. */
async function contextOf(program: RehearsedProgram) {
  const balancer = await balancerAt(program.plan, 5);
  const rollback = new AutomaticRollback({
    balancer: rulesOf(balancer),
    traffic: { all: async () => [] },
    timeFactor: 1200,
    now: () => program.now,
  });
  rollback.apply(program.plan);
  onTestFinished(() => rollback.stop());
  const answers = [{ colour: "blue", generation: 0 }];
  const calls = {
    ...rulesOf(balancer),
    applyRoutes: async (routes: Parameters<typeof balancer.applyRoutes>[0]) => balancer.applyRoutes(routes),
  };
  const traffic = { all: async () => [], answersUnder: async () => answers };
  const context = { balancer: calls, events: [], program, rollback, terminal, traffic } as unknown as StageWorld;
  return { balancer, rollback, context };
}

const notHeld = (checks: readonly { what: string; held: boolean }[]) =>
  checks.filter(({ held }) => !held).map(({ what }) => what);

describe("after a rollback by the machine", () => {
  let at5: Awaited<ReturnType<typeof atFirstStep>>;
  beforeAll(async () => {
    at5 = await atFirstStep();
  });

  it("has an update that lands late undone by the planned check, the latch kept", async () => {
    const { balancer, rollback, context } = await contextOf(at5.program);
    await rollback.execute(alarmInput);
    const { latch } = rollback;
    rollback.start();
    const { undone, checks } = await undoLateUpdate(context, at5.late);
    expect(notHeld(checks)).toEqual([]);
    expect(undone).toMatchObject({
      plannedPercent: 25,
      execution: { startedBy: "check", input: { check: true }, endState: "Returned" },
      notice: { subject: "An update over a set latch was undone" },
    });
    expect([weightsOf(balancer), rollback.latch]).toEqual([[100, 0], latch]);
  });

  it("has the unchanged config refused and weight 0 accepted, until config and AWS agree", async () => {
    const { program } = await atFirstStep();
    const { balancer, rollback, context } = await contextOf(program);
    await rollback.execute(alarmInput);
    const { held, checks } = await holdByLatch(context, alarmInput);
    expect(notHeld(checks)).toEqual([]);
    expect(held.repeated).toMatchObject({ startedBy: "hand", endState: "NothingOut" });
    expect(held.refused).toContain("You asked for 5 %. The rollback latch was set at");
    expect(held.refused).toContain("(portal-staging-green-unfit)");
    expect(held.agreed.changes.map(({ name }) => name)).toEqual(["portal-staging-public"]);
    expect(program.plan.record.weightPercent).toBe(0);
    expect(readRoutes(program.plan).routes).toEqual(balancer.current()?.routes.routes);
  });

  it("sees that nothing was rolled back", async () => {
    const { program } = await atFirstStep();
    const { context } = await contextOf(program);
    const { checks } = await holdByLatch(context, { alarmName: "portal-staging-blue-unfit" });
    expect(notHeld(checks)).toEqual([
      "a second execution changes nothing",
      "the unchanged 5 % is refused under the latch that the machine wrote",
      "config and AWS agree again, and no traffic moves",
    ]);
  });
});
