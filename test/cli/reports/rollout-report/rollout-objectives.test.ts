import { describe, expect, it } from "vitest";
import { rolloutObjectives } from "../../../../cli/reports/rollout-report/rollout-objectives.ts";
import type { ReportedStep } from "../../../../cli/reports/rollout-report/rollout-report.ts";

const objectives = { availabilityPercent: 99.9, averageResponseMilliseconds: 200, errorRatePercent: 0.5 };

type Counted = NonNullable<ReportedStep["counted"]>["live"];

function step(candidate: Counted, live: Counted): ReportedStep {
  const counted = { candidate, live };
  return { weightPercent: 5, from: "2026-11-23T10:00:00Z", stoodSeconds: 7200, counted, gate: null, system: null };
}

const of = (requests: number, errors: number) => ({ requests, errors });

async function judged(...steps: readonly ReportedStep[]) {
  const findings = await rolloutObjectives({ steps }, objectives);
  return findings.map(({ what, guide, result, found }) => [what, guide.join(), result, found]);
}

describe("the objectives of a rollout", () => {
  it("count every public request of both colours and of all steps", async () => {
    // 2 + 1 + 1 + 1 of 2,000 + 3,000 + 100 + 900: 0.0833 %.
    expect(await judged(step(of(100, 1), of(2000, 2)), step(of(900, 1), of(3000, 1)))).toEqual([
      ["availability over the rollout", "C1", "pass", "5 of 6000 requests failed: 99.917 % answered"],
      ["errors over the rollout", "C3", "pass", "5 of 6000 requests failed: 0.083 % failed"],
    ]);
  });

  it("hold availability at its bound and not below, and errors below theirs and not at it", async () => {
    const results = async (errors: number) => (await judged(step(of(0, 0), of(10_000, errors)))).map((row) => row[2]);
    expect(await results(10)).toEqual(["pass", "pass"]);
    expect(await results(11)).toEqual(["fail", "pass"]);
    expect(await results(49)).toEqual(["fail", "pass"]);
    expect(await results(50)).toEqual(["fail", "fail"]);
  });

  it("are not checked where a step was not counted, and do not apply where nobody sent a request", async () => {
    const uncounted = { ...step(of(0, 0), of(0, 0)), weightPercent: 25, counted: null };
    expect(await judged(step(of(9, 0), of(90, 0)), uncounted)).toMatchObject([
      [expect.anything(), "C1", "not checked", "nobody counted the requests of the step at 25 %"],
      [expect.anything(), "C3", "not checked", expect.anything()],
    ]);
    expect((await judged(step(of(0, 0), of(0, 0)))).map((row) => row[2])).toEqual(["not applicable", "not applicable"]);
  });
});
