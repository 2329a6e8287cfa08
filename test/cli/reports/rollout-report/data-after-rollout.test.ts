import { describe, expect, it } from "vitest";
import type { IntegrityReport } from "../../../../cli/evidence/integrity-report.ts";
import { dataAfterRollout } from "../../../../cli/reports/rollout-report/data-after-rollout.ts";

const at = (hour: number) => `2026-11-23T${String(hour).padStart(2, "0")}:00:00.000Z`;

function report(hour: number, over: Partial<IntegrityReport> = {}): IntegrityReport {
  return {
    version: 1,
    stage: "production",
    at: at(hour),
    by: "Ana <ana@example.com>",
    database: "celebrant_portal",
    user: "celebrant_readonly",
    comparedWith: null,
    tables: {},
    findings: [{ what: "rows of couples", result: "pass", found: "3" }],
    ...over,
  };
}

const question = {
  stage: "production",
  record: { weightPercent: 0, since: at(12), promotedAt: at(12) },
  timeZone: "UTC",
  now: new Date(at(15)),
};
const before = report(8);
const file = "evidence/production/integrity-2026-11-23T08-00-00Z.json";

describe("the data after a rollout", () => {
  it.each([
    ["nobody has looked", [before]],
    ["a look was compared with nothing", [before, report(13)]],
    ["it was compared before the promote", [before, report(11, { comparedWith: file })]],
  ])("is asked for where %s, with the file from before", (_, reports) => {
    expect(dataAfterRollout(reports, question)).toEqual({
      holds: false,
      sentence: "Nobody has compared the data since 12:00 UTC, when this release got its last traffic.",
      command: expect.stringContaining(
        "integrity --stage production --compare evidence/production/integrity-2026-11-23T",
      ),
    });
    expect(dataAfterRollout([before], question).command).toContain(` --compare ${file}`);
  });

  it("holds where it was compared since, and nothing objects", () => {
    expect(dataAfterRollout([before, report(13, { comparedWith: file })], question)).toEqual({
      holds: true,
      sentence: `Compared at 13:00 UTC with ${file}: 1 check passed.`,
      command: null,
    });
  });

  it("does not hold where a row is gone", () => {
    const findings = [{ what: "couples, compared", result: "fail", found: "it had 3 rows, and has 2" }] as const;
    const compared = report(13, { comparedWith: file, findings });
    expect(dataAfterRollout([before, compared], question)).toMatchObject({
      holds: false,
      sentence: `Compared at 13:00 UTC with ${file}: fail, couples, compared: it had 3 rows, and has 2.`,
    });
  });

  it("counts from the last step where nothing is promoted yet", () => {
    const record = { weightPercent: 100, since: at(14), promotedAt: at(2) };
    expect(dataAfterRollout([report(13, { comparedWith: file })], { ...question, record }).holds).toBe(false);
  });
});
