import { expect, it } from "vitest";
import { reportPage } from "../../../../rehearsal/report/page/report-page.ts";
import { describeInBrowser, overhang, seriousFindings, type View } from "../../../support/browser/open-page.ts";
import { rehearsalReport, scenarioReport, stageReport } from "../report-fixture.ts";

const failing = {
  ...rehearsalReport,
  held: false,
  failure: "initdb failed",
  stages: [{ ...stageReport, checks: [{ what: "no request is lost", held: false, found: "3 of 6000" }] }],
};

describeInBrowser("the report in a real browser", (open) => {
  const views: readonly (View & { readonly report?: typeof rehearsalReport })[] = [
    { width: 360, colorScheme: "light" },
    { width: 360, colorScheme: "dark" },
    { width: 1200, colorScheme: "light" },
    { width: 1200, colorScheme: "dark", report: failing },
  ];

  it.each(views)("is readable at $width pixels, $colorScheme", async ({ report = rehearsalReport, ...view }) => {
    const { page, said, asked } = await open(reportPage(report), view);
    expect(said).toEqual([]);
    expect(asked).toEqual([]);
    expect(await overhang(page)).toBe(0);
    expect(await page.locator("figure svg:visible").count()).toBe(3);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it.each([360, 1200])("is readable at %i pixels where scenarios were run", async (width) => {
    const report = { ...rehearsalReport, held: false, stages: [], scenarios: [scenarioReport] };
    const { page, said, asked } = await open(reportPage(report), { width, colorScheme: "light" });
    expect([said, asked]).toEqual([[], []]);
    expect(await overhang(page)).toBe(0);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it("is printed without losing anything to the page's edge", async () => {
    const { page } = await open(reportPage(rehearsalReport), { width: 794, colorScheme: "dark" });
    await page.emulateMedia({ media: "print" });
    expect(await overhang(page)).toBe(0);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(255, 255, 255)");
  });
});
