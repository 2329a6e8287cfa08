import { describe, expect, it } from "vitest";
import { explained } from "../../../rehearsal/audit/explained.ts";
import type { Explanation } from "../../../rehearsal/audit/explanations.ts";
import type { Finding, StepReport } from "../../../rehearsal/audit/finding.ts";
import { judgeLicences } from "../../../rehearsal/audit/packages.ts";
import { renderAudit } from "../../../rehearsal/audit/render-audit.ts";
import { stages } from "../../../rollout/names.ts";
import { projectFolder } from "../../support/stack-files.ts";

const publicBucket: Finding = {
  judge: "checkov",
  id: "CKV_AWS_20",
  stage: "production",
  subject: "uploads",
  where: "aws:s3/bucket:Bucket portal-production-uploads",
  message: "Ensure the S3 bucket is private",
};
const oldLicence: Finding = {
  judge: "licence",
  id: "GPL-3.0-only",
  subject: "left-pad",
  where: "left-pad 1.0.0",
  message: "Its licence is not one of MIT",
  page: "https://spdx.org/licenses/",
};

const plans = (findings: readonly Finding[]): StepReport => ({
  title: "Plans",
  judged: "3 checks",
  judges: ["checkov"],
  findings,
});
const licences = (findings: readonly Finding[]): StepReport => ({
  title: "Licences",
  judged: "2 packages",
  judges: ["licence"],
  findings,
});

const because = (explanation: Omit<Explanation, "reason">): Explanation => ({ ...explanation, reason: "Because." });
const bucketMayBe = because({ judge: "checkov", id: "CKV_AWS_20", subjects: ["uploads"], stages: ["production"] });

describe("renderAudit", () => {
  it("names each finding that nobody explained, with where, what, the way out and a page", () => {
    expect(renderAudit([plans([publicBucket]), licences([oldLicence])], [], stages)).toEqual({
      lines: [
        "Plans: 3 checks, findings: 1, explained: 0.",
        "- production aws:s3/bucket:Bucket portal-production-uploads: checkov CKV_AWS_20: Ensure the S3 bucket is private. Fix it, or explain it in rehearsal/audit/explained.ts.",
        "Licences: 2 packages, findings: 1, explained: 0.",
        "- left-pad 1.0.0: licence GPL-3.0-only: Its licence is not one of MIT. Fix it, or explain it in rehearsal/audit/explained.ts. https://spdx.org/licenses/",
        "Findings: 2.",
      ],
      outcome: 1,
    });
  });

  it("passes where each is explained", () => {
    const explanations = [bucketMayBe, because({ judge: "licence", id: "GPL-3.0-only", subjects: ["left-pad"] })];
    expect(renderAudit([plans([publicBucket]), licences([oldLicence])], explanations, stages)).toEqual({
      lines: [
        "Plans: 3 checks, findings: 0, explained: 1.",
        "Licences: 2 packages, findings: 0, explained: 1.",
        "Nobody who looked objects to anything.",
      ],
      outcome: 0,
    });
  });

  it.each([
    ["id", { id: "CKV_AWS_21" }],
    ["resource", { subject: "access-logs" }],
    ["stage", { stage: "staging" }],
    ["judge", { judge: "cloudsplaining" }],
  ] as const)("an explanation of one finding explains none with another %s", (_what, other) => {
    const { outcome } = renderAudit([plans([publicBucket, { ...publicBucket, ...other }])], [bucketMayBe], stages);
    expect(outcome).toBe(1);
  });

  it("says which explanation is stale, by subject and stage", () => {
    const both = because({ judge: "checkov", id: "CKV_AWS_20", subjects: ["uploads", "uplaods"] });
    const { lines, outcome } = renderAudit([plans([publicBucket])], [both], stages);
    expect(outcome).toBe(1);
    expect(lines.slice(1)).toEqual([
      "- Stale: checkov finds no CKV_AWS_20 in uploads of staging. Take it out of rehearsal/audit/explained.ts.",
      "- Stale: checkov finds no CKV_AWS_20 in uplaods of staging. Take it out of rehearsal/audit/explained.ts.",
      "- Stale: checkov finds no CKV_AWS_20 in uplaods of production. Take it out of rehearsal/audit/explained.ts.",
      "Findings: 3.",
    ]);
  });

  it("explains an id in whatever it is found in, and is stale where it is found in nothing", () => {
    const anywhere = because({ judge: "checkov", id: "CKV_AWS_20", subjects: "every" });
    const { lines, outcome } = renderAudit(
      [plans([publicBucket, { ...publicBucket, subject: "b" }])],
      [anywhere],
      stages,
    );
    expect(outcome).toBe(1);
    expect(lines).toEqual([
      "Plans: 3 checks, findings: 0, explained: 2.",
      "- Stale: checkov finds no CKV_AWS_20 in anything of staging. Take it out of rehearsal/audit/explained.ts.",
      "Findings: 1.",
    ]);
  });

  it("calls nothing stale that nobody looked at", () => {
    const explanations = [
      because({ judge: "checkov", id: "CKV_AWS_20", subjects: ["uploads"] }),
      because({ judge: "npm audit", id: "GHSA-1", subjects: ["left-pad"] }),
    ];
    const unasked: StepReport = { title: "Advisories", unchecked: "the registry does not answer" };
    expect(renderAudit([plans([publicBucket]), unasked], explanations, ["production"])).toEqual({
      lines: [
        "Plans: 3 checks, findings: 0, explained: 1.",
        "Advisories: not checked, because the registry does not answer.",
        "Nobody who looked objects to anything.",
      ],
      outcome: 0,
    });
  });

  it("is no pass where a judge is missing, and says how to get it", () => {
    const missing: StepReport = { title: "Plans", missing: "no python3 on the path" };
    expect(renderAudit([missing, licences([])], [], stages)).toEqual({
      lines: [
        "Plans: could not run (no python3 on the path).",
        "Licences: 2 packages, findings: 0, explained: 0.",
        "The audit is not complete. Install Python 3.10 or newer with its venv module, make sure that pip reaches a package index, and run this again.",
      ],
      outcome: 2,
    });
  });
});

describe("explained.ts", () => {
  it("explains each finding once, with a reason that is a sentence", () => {
    const keys = explained.flatMap(({ judge, id, subjects, stages: only = stages }) =>
      [subjects].flat().flatMap((subject) => only.map((stage) => [judge, id, subject, stage].join(" "))),
    );
    expect(keys.filter((key, place) => keys.indexOf(key) !== place)).toEqual([]);
    for (const { reason, subjects } of explained) {
      expect(reason).toMatch(/^[A-Z].{30,}\.$/);
      expect(subjects.length).toBeGreaterThan(0);
    }
  });

  it("has each licence that is not on the list, and no other", () => {
    const { lines } = renderAudit([judgeLicences(projectFolder)], explained, stages);
    expect(lines).toEqual([
      expect.stringMatching(
        /^Licences of package-lock\.json and test\/mutation\/package-lock\.json: \d+ packages, findings: 0, explained: \d+\.$/,
      ),
      "Nobody who looked objects to anything.",
    ]);
  });
});
