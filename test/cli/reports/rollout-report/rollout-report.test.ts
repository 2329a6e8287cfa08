import { describe, expect, it } from "vitest";
import type { RefusedLook } from "../../../../cli/evidence/refused-looks.ts";
import { historyLines } from "../../../../cli/reports/history-lines.ts";
import { reportMarkdown } from "../../../../cli/reports/rollout-report/report-markdown.ts";
import { type ReportSources, reportRollout } from "../../../../cli/reports/rollout-report/rollout-report.ts";
import type { Latch } from "../../../../rollout/latch.ts";
import type { HistoryEntry } from "../../../../rollout/record.ts";
import { evenStep } from "../../../support/even-step.ts";
import { bothImages } from "../../../support/rollout.ts";

const at = (time: string) => `2026-11-23T${time}:00.000Z`;
const entry = { liveColour: "blue", images: bothImages } as const;
const deployed: HistoryEntry = { ...entry, at: at("09:00"), event: "deployed", weightPercent: 0 };
const to5: HistoryEntry = { ...entry, at: at("10:00"), event: "advanced", weightPercent: 5 };
const to25: HistoryEntry = {
  ...entry,
  at: at("12:00"),
  event: "advanced",
  weightPercent: 25,
  gate: {
    verdict: "pass",
    window: { from: at("10:00"), until: at("12:00") },
    candidate: { requests: 60, errors: 0, p95Milliseconds: 140 },
    live: { requests: 1140, errors: 1, p95Milliseconds: 120 },
    exposure: { atWorstRequests: 9, budgetRequests: 30 },
    system: { database: { mostCpuPercent: 41, mostConnections: 23 }, tasks: { candidate: {}, live: {} } },
    feedback: { answers: 9, problems: 1 },
  },
};
const first = evenStep({
  weightPercent: 5,
  from: at("10:00"),
  candidate: { requests: 60 },
  live: { requests: 1140, errors: 1 },
});
const second = evenStep({
  weightPercent: 25,
  from: at("12:00"),
  minutes: 60,
  candidate: { requests: 150, errors: 6, hungUp: 2, slow: 15 },
  live: { requests: 450 },
});
const alarm: Latch = {
  state: "set",
  at: at("13:00"),
  reason: "portal-production-green-unfit",
  rolledBack: "green",
};
const look: RefusedLook = {
  at: at("11:00"),
  wanted: { liveColour: "blue", weightPercent: 25 },
  refusals: [{ rule: "data", message: "Too few requests." }],
};

interface Told {
  readonly entries: readonly HistoryEntry[];
  readonly latch?: Latch;
}

function reportOf({ entries, latch }: Told, over: Partial<ReportSources> = {}) {
  const now = new Date(at("14:00"));
  const lines = historyLines({ stage: "production", entries, evidence: [], latch, now });
  return reportRollout({ stage: "production", lines, counted: [], refusedLooks: [], missing: [], now, ...over });
}

describe("reportRollout", () => {
  it("has nothing to report before a release had public traffic", () => {
    expect(reportOf({ entries: [deployed] })).toBeUndefined();
  });

  it("tells a rollout under way, until now", () => {
    expect(reportOf({ entries: [deployed, to5] })).toMatchObject({
      candidate: "green",
      end: "under way",
      weightPercent: 5,
      from: at("10:00"),
      until: at("14:00"),
      steps: [{ weightPercent: 5, stoodSeconds: 4 * 3600, counted: null, gate: null }],
      timeline: null,
    });
  });

  it("tells what database and tasks bear in the step that stands, and of no step that has ended", () => {
    const systemNow = { database: { mostCpuPercent: 88 }, tasks: { candidate: {}, live: {} } };
    expect(reportOf({ entries: [deployed, to5, to25] }, { systemNow })).toMatchObject({
      steps: [{ system: { database: { mostCpuPercent: 41 } } }, { system: systemNow }],
    });
    expect(reportOf({ entries: [deployed, to5, to25], latch: alarm }, { systemNow })).toMatchObject({
      steps: [{ system: { database: { mostCpuPercent: 41 } } }, { system: null }],
    });
  });

  it("tells a rollback by the alarm, with the counts and the gate of each step", () => {
    const report = reportOf(
      { entries: [deployed, to5, to25], latch: alarm },
      { counted: [[first], [first, second], []] },
    );
    expect(report).toMatchObject({
      end: "rolled back",
      weightPercent: 0,
      steps: [
        {
          weightPercent: 5,
          stoodSeconds: 7200,
          counted: { candidate: { requests: 60, errors: 0 }, live: { requests: 1140, errors: 1 } },
          gate: { verdict: "pass" },
        },
        {
          weightPercent: 25,
          stoodSeconds: 3600,
          counted: { candidate: { requests: 150, errors: 8 }, live: { requests: 450, errors: 0 } },
          gate: null,
        },
      ],
    });
    expect(report?.timeline?.events).toEqual([
      { minute: 0, text: "advanced to 5 %", greenPercent: 5 },
      { minute: 120, text: "advanced to 25 %", greenPercent: 25 },
      { minute: 180, text: "rolled back, by the alarm portal-production-green-unfit", greenPercent: 0 },
    ]);
  });

  it("puts every request of both colours into a bin of its time", () => {
    const { timeline } =
      reportOf({ entries: [deployed, to5, to25], latch: alarm }, { counted: [[first, second]] }) ?? {};
    const bins = timeline?.bins ?? [];
    expect([timeline?.binMinutes, bins.length]).toEqual([1, 180]);
    const sumOf = (from: number, until: number, of: (bin: (typeof bins)[number]) => number) =>
      bins.slice(from, until).reduce((sum, bin) => sum + of(bin), 0);
    expect(sumOf(0, 120, ({ answered }) => answered.green)).toBe(60);
    expect(sumOf(120, 180, ({ answered }) => answered.green)).toBe(148);
    expect(sumOf(120, 180, ({ failed }) => failed.green)).toBe(6);
    expect(sumOf(120, 180, ({ unanswered }) => unanswered)).toBe(2);
    expect(sumOf(0, 180, ({ answered }) => answered.blue)).toBe(1590);
    expect(bins.some(({ slowPercent }) => (slowPercent.green ?? 0) > 0)).toBe(true);
    expect(bins.every(({ slowPercent }) => (slowPercent.blue ?? 0) === 0)).toBe(true);
  });

  it("draws a rollout of days in at most 240 bins, and loses no request", () => {
    const days = evenStep({
      from: at("10:00"),
      minutes: 3 * 1440,
      candidate: { requests: 900 },
      live: { requests: 0 },
    });
    const { timeline } =
      reportOf({ entries: [deployed, to5] }, { counted: [[days]], now: new Date("2026-11-26T10:00:00.000Z") }) ?? {};
    expect(timeline?.bins.length).toBeLessThanOrEqual(240);
    expect(timeline?.bins.reduce((sum, { answered }) => sum + answered.green, 0)).toBe(900);
  });

  it("is about the latest release, and leaves out what another one counted and was refused", () => {
    const images = { ...bothImages, green: `sha256:${"c".repeat(64)}` };
    const lowered: HistoryEntry = { ...entry, at: at("11:00"), event: "lowered", weightPercent: 0 };
    const staged: HistoryEntry = { ...entry, images, at: at("12:30"), event: "image", weightPercent: 0 };
    const again: HistoryEntry = { ...entry, images, at: at("13:00"), event: "advanced", weightPercent: 5 };
    const report = reportOf(
      { entries: [deployed, to5, lowered, staged, again] },
      { counted: [[first]], refusedLooks: [look] },
    );
    expect(report).toMatchObject({ release: "cccccccccccc", from: at("13:00"), refusedLooks: [], timeline: null });
    // Before the next release has traffic, the last one's rollout is reported to its end.
    const before = reportOf({ entries: [deployed, to5, lowered, staged] }, { refusedLooks: [look] });
    expect(before).toMatchObject({ end: "taken back", until: at("11:00"), refusedLooks: [look] });
  });

  it("ends a promoted rollout with the promote, also when the old colour was retired", () => {
    const promoted: HistoryEntry = {
      ...to25,
      at: at("13:00"),
      event: "promoted",
      liveColour: "green",
      weightPercent: 0,
    };
    const retired: HistoryEntry = {
      ...promoted,
      at: at("13:30"),
      event: "image",
      images: { ...bothImages, blue: null },
    };
    expect(reportOf({ entries: [deployed, to5, to25, promoted, retired] })).toMatchObject({
      end: "promoted",
      weightPercent: 100,
      until: at("13:30"),
    });
  });

  it("tells a return after the promote", () => {
    const promoted: HistoryEntry = {
      ...to25,
      at: at("13:00"),
      event: "promoted",
      liveColour: "green",
      weightPercent: 0,
    };
    const returned: HistoryEntry = { ...entry, at: at("13:10"), event: "returned", weightPercent: 0 };
    expect(reportOf({ entries: [deployed, to5, to25, promoted, returned] })).toMatchObject({ end: "returned" });
  });
});

describe("reportMarkdown", () => {
  const report = reportOf(
    { entries: [deployed, to5, to25], latch: alarm },
    { counted: [[first, second]], refusedLooks: [look], missing: ["AWS could not be read."] },
  );
  const text = report === undefined ? "" : reportMarkdown(report, "UTC");

  it("says the verdict first, with what failed", () => {
    expect(text).toContain(
      "**Release bbbbbbbbbbbb was rolled back. It stood at 5 %, 25 %.** At most 8 of 210 counted public requests to green failed. The gate refused once.",
    );
  });

  it("has a row for each step", () => {
    expect(text.split("\n").filter((line) => line.startsWith("| "))).toEqual([
      "| step | from | stood | candidate | live | p95 | gate at its end | exposure | database and tasks | feedback |",
      "| 5 % | 2026-11-23 10:00 (UTC) | 2 h | 0 of 60 failed | 1 of 1140 failed | 140 ms, live 120 ms | pass by exposure | at worst 9 more, 30 allowed in all | Database: CPU at most 41 %, 23 connections at most. | 1 of 9 tell of a problem |",
      "| 25 % | 2026-11-23 12:00 (UTC) | 1 h | 8 of 150 failed | 0 of 450 failed | - | not asked | - | not read | - |",
    ]);
  });

  it("tells what happened, what the gate refused, and what could not be read", () => {
    expect(text).toContain("- 2026-11-23 13:00 (UTC): rolled back, by the alarm portal-production-green-unfit.");
    expect(text).toContain("- 2026-11-23 11:00 (UTC), asked for 25 %: Too few requests.");
    expect(text).toContain("- AWS could not be read.");
  });
});
