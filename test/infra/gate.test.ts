import { describe, expect, it } from "vitest";
import { RolloutRefusedError } from "../../infra/rollout/judge-move.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { diffOutputs, diffPlans } from "../../rehearsal/plan/diff-plans.ts";
import type { PlanRequest } from "../../rehearsal/plan/plan-stage.ts";
import { candidateSince } from "../../rollout/candidate-since.ts";
import { formatReleasedFrontend } from "../../rollout/frontend/released-frontend.ts";
import { nothingMeasured } from "../../rollout/measurements.ts";
import { evenStep } from "../support/even-step.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { releaseSettingsOf } from "../support/release-settings.ts";
import { recordAt } from "../support/rollout.ts";
import { firingSight, healthySight, quietSight, tasklessSight } from "../support/stage-sight.ts";

const images = { blue: assumedImages.blue, green: assumedImages.green };
const at5 = recordAt(5, { images, releaseSettings: releaseSettingsOf("production") });

/** The step from 5 to 25 % by hand: an edit of the stack file, after the bake. */
const request: Omit<PlanRequest, "projectFolder"> = {
  stage: "production",
  set: { "images.blue": images.blue, "images.green": images.green, candidateWeight: 25, "rollout.freezeWindows": [] },
  previousRecord: at5,
  now: new Date("2026-11-23T15:00:00Z"),
  sight: healthySight,
};
const withReason = (rolloutOverride: string) => ({ ...request, set: { ...request.set, rolloutOverride } });

async function refused(one: Omit<PlanRequest, "projectFolder">): Promise<RolloutRefusedError> {
  const error = await planFixture(one).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof RolloutRefusedError) return error;
  throw new Error(`Expected a refusal, found ${String(error)}.`);
}

describe("the gate inside the program", () => {
  it("passes a healthy step in one line, and leaves its numbers in the history", async () => {
    const { notes, warnings, record, judged } = await planFixture(request);
    expect(notes).toEqual([
      "Gate: pass (400 requests of the candidate with 0 errors, p95 120 ms, 2 alarms OK, 2 healthy tasks of the candidate and 2 of live).",
    ]);
    expect(warnings).toEqual([]);
    expect(record.history.at(-1)).toMatchObject({
      event: "advanced",
      gate: {
        verdict: "pass",
        window: { from: "2026-11-23T12:00:00.000Z", until: "2026-11-23T13:00:00.000Z" },
        candidate: { requests: 400, errors: 0, p95Milliseconds: 120 },
        live: { requests: 7600, errors: 3, p95Milliseconds: 110 },
      },
    });
    expect(judged).toMatchObject({
      at: "2026-11-23T15:00:00.000Z",
      refusals: [],
      gate: { verdict: "pass", input: { counts: { candidate: { requests: 400 } } } },
      figures: record.history.at(-1)?.gate,
    });
  });

  it.each([
    ["an alarm that fires", firingSight, "Alarm green-errors is firing."],
    ["no healthy task", tasklessSight, "The candidate has 0 healthy tasks and needs 2"],
  ])("refuses an edit over %s, with and without a reason", async (_, sight, message) => {
    for (const one of [request, withReason("INC-12: it must be out today")]) {
      const error = await refused({ ...one, sight });
      expect(error.message).toMatch(/^Rollout refused\. You asked for 25 %\. /);
      expect(error.message).toContain(message);
      expect(error.judged).toMatchObject({ refusals: [{ rule: "gate" }], overridden: [], gate: { verdict: "fail" } });
    }
  });

  it("asks for a reason where requests are missing, and says of each thing that the reason lets through", async () => {
    const error = await refused({ ...request, sight: quietSight });
    expect(error.message).toContain("0 errors in 30 requests, and that leaves open");
    expect(error.judged.refusals.every(({ rule }) => rule === "data")).toBe(true);

    const { warnings, record, judged } = await planFixture({
      ...withReason("INC-12: it must be out today"),
      sight: quietSight,
    });
    expect(warnings[0]).toMatch(
      /^rolloutOverride "INC-12: it must be out today" lets this through: You asked for 25 %\. The candidate had 0 errors in 30 requests, and /,
    );
    expect(judged?.overridden.length).toBe(warnings.length);
    expect(record.history.at(-1)).toMatchObject({
      override: "INC-12: it must be out today",
      gate: { verdict: "not enough data", candidate: { requests: 30 } },
    });
  });

  it("passes by exposure where requests are few, and the history keeps what the step could cost", async () => {
    const few = evenStep({ minutes: 60, candidate: { requests: 30 }, live: { requests: 570 } });
    const counts = { candidate: { requests: 30, errors: 0 }, live: { requests: 570, errors: 0 } };
    const sight = {
      ...healthySight,
      measured: { ...healthySight.measured, counts, steps: [few] },
      traffic: healthySight.traffic.map((hour) => ({ ...hour, requests: 300 })),
    };
    const { notes, warnings, record } = await planFixture({ ...request, sight });
    expect(notes[0]).toMatch(
      /^Gate: pass by exposure \(30 requests of the candidate with 0 errors, .*\)\. The candidate passes by exposure: in 19 of 20 cases at most \d+ visitors' requests fail in the next step \(25 % for 4 h\) before it is taken back/,
    );
    expect(warnings).toEqual([]);
    expect(record.history.at(-1)?.gate).toMatchObject({ verdict: "pass", exposure: { budgetRequests: 93 } });
    const set = { ...request.set, "rollout.exposure": { failedRequests: 0 } };
    const off = await refused({ ...request, sight, set });
    expect(off.message).toContain("30 requests, and that leaves open");
    expect(off.message).not.toContain("exposure");
  });

  it("says before the first step at which steps no error rate costs too much", async () => {
    const traffic = healthySight.traffic.map((hour) => ({ ...hour, requests: 300 }));
    const { notes } = await planFixture({
      ...request,
      set: { ...request.set, candidateWeight: 5 },
      previousRecord: recordAt(0, { images }),
      sight: { ...healthySight, measured: nothingMeasured, traffic },
    });
    expect(notes.at(-1)).toMatch(
      /^Gate: pass \(.*\)\. In 19 of 20 cases at most \d visitors' requests fail in the next step \(5 % for 2 h\) before it is taken back, whatever its error rate is\. In the whole rollout 93 may fail, and even the worst error rate stays within that at 5 %, 25 %, 50 %\./,
    );
  });

  it("refuses without a token for Vercel where a frontend is out with the release, and nothing else of that", async () => {
    const released = {
      version: 1,
      colour: "green",
      candidateSince: candidateSince(at5),
      state: "out",
      deployment: "dpl_2",
      before: "dpl_1",
      projectId: "prj_1",
      at: "2026-11-23T13:00:00.000Z",
    } as const;
    const unasked = { ...request, frontendSight: undefined };
    const error = await refused({ ...unasked, releasedFrontend: formatReleasedFrontend(released) });
    expect(error.message).toBe(
      "Rollout refused. You asked for 25 %. It is not known whether the frontend is ahead of the API. One is out with this release, and without VERCEL_API_TOKEN in the environment nobody can ask Vercel how far. Set it. Preview again, or set rolloutOverride to a reason. You can lower the weight at any time.",
    );
    for (const others of [{ state: "back" }, { candidateSince: "2026-11-01T13:00:00.000Z" }] as const) {
      const releasedFrontend = formatReleasedFrontend({ ...released, ...others });
      expect((await planFixture({ ...unasked, releasedFrontend })).record.weightPercent).toBe(25);
    }
    // At 100 % the frontend can be nowhere ahead of the API, and nobody need be asked before the promote.
    const at100 = { ...at5, weightPercent: 100, since: "2026-11-20T12:00:00.000Z" };
    const frontend = formatReleasedFrontend({ ...released, candidateSince: candidateSince(at100) });
    const promote = { ...unasked.set, liveColour: "green", candidateWeight: 0 };
    const { record } = await planFixture({
      ...unasked,
      set: promote,
      previousRecord: at100,
      releasedFrontend: frontend,
    });
    expect(record.liveColour).toBe("green");
  });

  it("takes a reason once", async () => {
    const history = at5.history.map((entry) => ({ ...entry, override: "INC-12: it must be out today" }));
    const error = await refused({
      ...withReason("INC-12: it must be out today"),
      previousRecord: { ...at5, history },
      sight: quietSight,
    });
    expect(error.message).toContain('A reason serves once, and "INC-12: it must be out today" was used at');
  });

  it("tells what the rules refuse and what the gate refuses at once", async () => {
    const early = await refused({ ...request, now: new Date("2026-11-23T12:40:00Z"), sight: firingSight });
    expect(early.message).toMatch(
      /^Rollout refused\. You asked for 25 %\.\n- The 5 % step began .*\n- Alarm green-errors is/,
    );
    expect(early.refusals).toEqual([
      expect.stringContaining("bakes for 2h (rollout.steps[0].bake)"),
      expect.stringContaining("Alarm green-errors is firing"),
    ]);
  });

  it("is not asked about a lower weight, nor about one that stays", async () => {
    for (const candidateWeight of [0, 5]) {
      const { notes, judged } = await planFixture({
        ...request,
        set: { ...request.set, candidateWeight },
        sight: firingSight,
      });
      expect(notes).toEqual([]);
      expect(judged).toMatchObject({ gate: null, figures: null, refusals: [] });
    }
  });

  it("is asked about a promote", async () => {
    const promote = {
      ...request,
      set: { ...request.set, liveColour: "green", candidateWeight: 0 },
      previousRecord: recordAt(100, { images, since: "2026-11-21T12:00:00.000Z" }),
    };
    expect((await planFixture(promote)).record.history.at(-1)).toMatchObject({
      event: "promoted",
      gate: { verdict: "pass" },
    });
    expect((await refused({ ...promote, sight: firingSight })).message).toContain("You asked to promote green. Alarm");
  });

  it("is not asked by a plan without AWS, which says so", async () => {
    const { notes, record, judged } = await planFixture({ ...request, sight: undefined });
    expect(notes).toEqual([
      "Gate: not asked, because this plan is made without AWS. The preview and the update ask it.",
    ]);
    expect(record.history.at(-1)).not.toHaveProperty("gate");
    expect(judged?.gate).toBeNull();
  });

  it("refuses where the last update wrote no addresses to ask by", async () => {
    const error = await refused({ ...request, previousOutputs: { watchedAlarmNames: undefined } });
    expect(error.message).toContain(
      "You asked for 25 %. The gate could not be asked: The outputs of the stack production lack watchedAlarmNames",
    );
    expect(error.message).toContain("npm run rollout -- rollback --stage production");
  });

  describe("asked again by the update that is bound to a plan", () => {
    const later = {
      ...healthySight,
      measured: {
        ...healthySight.measured,
        counts: { ...healthySight.measured.counts, candidate: { requests: 420, errors: 0 } },
      },
    };

    it("writes the preview's figures, so that its outputs are the planned ones", async () => {
      const preview = await planFixture(request);
      const bound = await planFixture({ ...request, sight: later, judgedInPreview: preview.judged });
      expect(diffOutputs(preview, bound)).toEqual([]);
      expect(diffPlans(preview, bound)).toEqual([]);
      expect(bound.judged?.gate?.input.counts.candidate.requests).toBe(420);
    });

    it("takes no figures from the preview of another update", async () => {
      const preview = await planFixture(request);
      const now = new Date("2026-11-23T15:01:00Z");
      const { record } = await planFixture({ ...request, now, sight: later, judgedInPreview: preview.judged });
      expect(record.history.at(-1)?.gate?.candidate.requests).toBe(420);
    });

    it("judges by what AWS shows now, whatever the file says", async () => {
      const preview = await planFixture(request);
      const error = await refused({ ...request, sight: firingSight, judgedInPreview: preview.judged });
      expect(error.message).toContain("Alarm green-errors is firing");
    });
  });
});
