import { describe, expect, it } from "vitest";
import { reportPage } from "../../../../rehearsal/report/page/report-page.ts";
import { rehearsalReport, scenarioReport, stageReport } from "../report-fixture.ts";

/** The page without what the charts draw. */
function words(report = rehearsalReport): string {
  return reportPage(report)
    .replaceAll(/<(svg|style)[\s\S]*?<\/\1>/g, "")
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll(/\s+/g, " ");
}

describe("reportPage", () => {
  it("begins with the verdict, and shows each move, event and check", () => {
    const text = words();
    expect(text).toMatch(/^ Rehearsal of staging: All 2 checks held Rehearsal of staging ✓ All 2 checks held\. /);
    expect(text).toContain("1.1.0 at 5 % 1 5 % 5.3 % 2.3 % to 9.9 % 0 9 ms not asked ✓ held");
    expect(text).toContain("3.0 s: refused: skip a step: 5 % to 50 %");
    expect(text).toContain("8.0 s: the rollback machine returns the traffic to blue");
    expect(text).toContain("✓ held no acknowledged row is lost (guide C4): 0 of 3000");
    expect(text).toContain("The load balancer is a model.");
  });

  it("names first what did not hold, and why a run stopped", () => {
    const broken = { what: "no request is lost", held: false, found: "3 of 6000" };
    const stages = [{ ...stageReport, checks: [broken] }];
    const text = words({ ...rehearsalReport, held: false, stages, failure: "initdb failed" });
    expect(text).toContain(
      "✗ 1 of 2 checks did not hold. The run stopped early: initdb failed ✗ not held no request is lost: 3 of 6000 Started",
    );
  });

  it("shows a run that stopped before any stage", () => {
    expect(words({ ...rehearsalReport, held: false, stages: [], failure: "no port" })).toContain(
      "Rehearsal of no stage",
    );
  });

  it("shows each scenario: what was expected beside what was, and what the program said", () => {
    const text = words({ ...rehearsalReport, held: false, stages: [], scenarios: [scenarioReport] });
    expect(text).toContain("1 scenarios of a rollout ✗ 1 of 3 checks did not hold.");
    expect(text).toContain("✗ not as expected : The candidate's tasks hang up");
    expect(text).toContain("✓ held the gate says: fail");
    expect(text).toContain("✗ not held the traffic is returned: expected by the check, within 15 min , was never");
    expect(text).toContain("What the program said to tasks-hang-up Rollout refused.");
    const slow = { ...scenarioReport, result: "not judged" as const };
    const unjudged = words({ ...rehearsalReport, held: false, stages: [], scenarios: [slow] });
    expect(unjudged).toContain("✗ Not everything could be judged.");
    expect(unjudged).toContain("? not judged: the machine was too slow : The candidate's tasks hang up");
  });

  it("loads nothing, runs nothing, and shows text as text", () => {
    const models = ['<script>alert("x")</script> & <img src=x>'];
    const page = reportPage({ ...rehearsalReport, models });
    expect(page).toContain("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &lt;img src=x&gt;");
    expect(page).not.toMatch(/<script|<img|<link|<iframe|@import|url\((?!#)|\ssrc="|\son\w+=/i);
    expect(page.match(/href="[^"]*"/g)).toBeNull();
  });
});

describe("the charts", () => {
  const page = reportPage(rehearsalReport);

  it("are drawn for a wide and a narrow page, with words for those who cannot see them", () => {
    expect(page.match(/<svg width="960"/g)).toHaveLength(3);
    expect(page.match(/<svg width="344"/g)).toHaveLength(3);
    expect(page).toContain(
      'role="img" aria-label="Share of green, per cent of public requests. The share that the rule',
    );
  });

  it("show what was measured: other numbers draw other lines", () => {
    const { timeline } = stageReport;
    const bins = timeline.bins.map((bin) => ({ ...bin, answered: { blue: 0, green: 200 } }));
    const other = reportPage({ ...rehearsalReport, stages: [{ ...stageReport, timeline: { ...timeline, bins } }] });
    const served = (text: string) => /<path d="([^"]*)" fill="none"[^>]*stroke="var\(--green\)"/.exec(text)?.[1];
    expect(served(page)).toBeDefined();
    expect(served(other)).not.toBe(served(page));
  });
});
