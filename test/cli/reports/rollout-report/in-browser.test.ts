import { expect, it } from "vitest";
import { rolloutReportPage } from "../../../../cli/reports/rollout-report/report-page.ts";
import type { RolloutReport } from "../../../../cli/reports/rollout-report/rollout-report.ts";
import { timelineOfRollout } from "../../../../cli/reports/rollout-report/rollout-timeline.ts";
import { describeInBrowser, overhang, seriousFindings, type View } from "../../../support/browser/open-page.ts";
import { evenStep } from "../../../support/even-step.ts";
import { bothImages } from "../../../support/rollout.ts";

const from = "2026-11-23T10:00:00.000Z";
const lines = [
  { at: from, event: "advanced", liveColour: "blue", weightPercent: 5, images: bothImages, stoodSeconds: 7200 },
  {
    at: "2026-11-23T12:00:00.000Z",
    event: "rolled back",
    liveColour: "blue",
    weightPercent: 0,
    images: bothImages,
    cause: { kind: "alarm", who: "portal-production-green-unfit" },
    override: "<script>alert(1)</script>",
  },
] as const;
const steps = [evenStep({ from, candidate: { requests: 60, errors: 9, slow: 8 }, live: { requests: 1140 } })];
const report: RolloutReport = {
  stage: "production",
  release: "2.4.0 bbbbbbbbbbbb",
  image: null,
  candidate: "green",
  end: "rolled back",
  weightPercent: 0,
  from,
  until: "2026-11-23T12:00:00.000Z",
  lines,
  steps: [
    {
      weightPercent: 5,
      from,
      stoodSeconds: 7200,
      counted: { candidate: { requests: 60, errors: 9 }, live: { requests: 1140, errors: 0 } },
      gate: null,
      system: null,
    },
  ],
  refusedLooks: [
    {
      at: "2026-11-23T11:00:00.000Z",
      wanted: { liveColour: "blue", weightPercent: 25 },
      refusals: [{ rule: "data", message: "Too few requests." }],
    },
  ],
  timeline: timelineOfRollout({ steps, lines, candidate: "green", from }),
  missing: [],
};

describeInBrowser("the report of a rollout in a real browser", (open) => {
  const views: readonly (View & { readonly shown: RolloutReport; readonly charts: number })[] = [
    { width: 360, colorScheme: "dark", shown: report, charts: 3 },
    { width: 1200, colorScheme: "light", shown: { ...report, end: "promoted" }, charts: 3 },
    { width: 360, colorScheme: "light", shown: { ...report, timeline: null, refusedLooks: [] }, charts: 0 },
  ];

  it.each(views)(
    "is readable at $width pixels, $colorScheme, with $charts charts",
    async ({ shown, charts, ...view }) => {
      const { page, said, asked } = await open(rolloutReportPage(shown, "Australia/Melbourne"), view);
      expect(said).toEqual([]);
      expect(asked).toEqual([]);
      expect(await overhang(page)).toBe(0);
      expect(await page.locator("figure svg:visible").count()).toBe(charts);
      expect(await seriousFindings(page)).toEqual([]);
      expect(await page.locator("li", { hasText: "<script>alert(1)</script>" }).count()).toBe(1);
    },
  );
});
