import { describe, expect, it } from "vitest";
import type { Evidence } from "../../../cli/evidence/evidence.ts";
import { type HistorySources, historyLines } from "../../../cli/reports/history-lines.ts";
import { renderHistory } from "../../../cli/reports/history-report.ts";
import { clearLatch, type Latch } from "../../../rollout/latch.ts";
import type { HistoryEntry } from "../../../rollout/record.ts";
import { limitReason } from "../../../rollout/rollback-machine.ts";
import { bothImages } from "../../support/rollout.ts";

const entry = { liveColour: "blue", images: bothImages } as const;
const at = (time: string) => `2026-11-23T${time}.000Z`;

const deployed: HistoryEntry = { ...entry, at: at("09:00:00"), event: "deployed", weightPercent: 0 };
const to5: HistoryEntry = {
  ...entry,
  at: at("10:00:00"),
  event: "advanced",
  weightPercent: 5,
  override: "INC-12: the fix must be out",
  overrode: ["data"],
  gate: {
    verdict: "not enough data",
    window: null,
    candidate: { requests: 30, errors: 0, p95Milliseconds: 120 },
    live: { requests: 570, errors: 1 },
  },
};
const back: HistoryEntry = { ...entry, at: at("11:30:00"), event: "lowered", weightPercent: 0 };

const rollback: Evidence = {
  version: 1,
  stage: "production",
  action: "rollback",
  outcome: "done",
  at: at("11:30:00"),
  finishedAt: at("11:30:20"),
  by: "Ana <ana@example.com>",
  from: { liveColour: "blue", weightPercent: 5 },
  to: { liveColour: "blue", weightPercent: 0 },
  images: { ...bothImages },
  reason: "logins fail",
  overridden: [],
  gate: null,
  plan: null,
  readBack: null,
  problems: [],
};
const alarm = { at: "2026-11-23T11:00:07.123456+00:00", reason: "portal-production-green-unfit" };
const latch: Latch = { state: "set", ...alarm, rolledBack: "green" };
const resume: Evidence = {
  ...rollback,
  action: "resume",
  at: at("12:00:00"),
  from: rollback.to,
  reason: "INC-12 was the payment provider",
  latch: alarm,
};

function lines(over: Partial<HistorySources>) {
  const now = new Date(at("13:00:00"));
  return historyLines({ stage: "production", entries: [], evidence: [], latch: clearLatch, now, ...over });
}

/** When, what and why, of each line. */
function told(over: Partial<HistorySources>) {
  return lines(over).map(({ at: when, event, weightPercent, cause, stoodSeconds }) => [
    when.slice(11, 16),
    event,
    weightPercent,
    cause?.kind ?? "-",
    stoodSeconds === undefined ? "-" : stoodSeconds / 60,
  ]);
}

const steps = [
  ["09:00", "deployed", 0, "-", 60],
  ["10:00", "advanced", 5, "-", 90],
];

describe("historyLines", () => {
  it("tells each update with how long it stood, the last one until now", () => {
    expect(told({ entries: [deployed, to5] })).toEqual([steps[0], ["10:00", "advanced", 5, "-", 180]]);
    expect(lines({ entries: [to5] })[0]).toMatchObject({ override: to5.override, overrode: ["data"], gate: to5.gate });
  });

  it("tells a rollback by a person once: in the record and in the evidence", () => {
    expect(told({ entries: [deployed, to5, back], evidence: [rollback] })).toEqual([
      ...steps,
      ["11:30", "rolled back", 0, "person", 90],
    ]);
    expect(lines({ entries: [deployed, to5, back], evidence: [rollback] }).at(-1)).toMatchObject({
      cause: { who: "Ana <ana@example.com>" },
      override: "logins fail",
    });
  });

  it("tells what became of the frontend with a move, but not what was to be done then, and nothing where it stayed", () => {
    const frontend = (did: NonNullable<Evidence["frontend"]>["did"]) =>
      lines({
        entries: [deployed, to5],
        evidence: [
          {
            ...rollback,
            action: "advance",
            at: at("10:00:00"),
            frontend: { did, deployment: "dpl_2", text: "The frontend dpl_2 serves 5 %. Its next stage: npm run." },
          },
        ],
      }).map((line) => line.frontend);
    expect(frontend("start")).toEqual([undefined, "The frontend dpl_2 serves 5 %."]);
    for (const did of ["nothing", "not asked"] as const) expect(frontend(did)).toEqual([undefined, undefined]);
  });

  it("tells one that no update has followed yet", () => {
    expect(told({ entries: [deployed, to5], evidence: [rollback] })).toEqual([
      ...steps,
      ["11:30", "rolled back", 0, "person", 90],
    ]);
  });

  it("tells one by an alarm from the latch", () => {
    const [, , line] = lines({ entries: [deployed, to5], latch });
    expect(line).toMatchObject({ event: "rolled back", cause: { kind: "alarm", who: alarm.reason }, weightPercent: 0 });
    expect(lines({ entries: [deployed, to5], latch })[1]?.stoodSeconds).toBeCloseTo(3607.123, 2);
  });

  it("tells it apart from the update by which a person makes the record agree", () => {
    const evidence = [{ ...rollback, latch: alarm }];
    const expected = [
      ["11:00", "rolled back", 0, "alarm"],
      ["11:30", "lowered", 0, "person"],
    ];
    const withLatch = told({ entries: [deployed, to5, back], evidence, latch });
    expect(withLatch.slice(2).map((line) => line.slice(0, 4))).toEqual(expected);
    // What the latch says is kept after it was cleared.
    const cleared = told({ entries: [deployed, to5, back], evidence: [...evidence, resume] });
    expect(cleared.slice(2).map((line) => line.slice(0, 4))).toEqual([...expected, ["12:00", "resumed", 0, "person"]]);
  });

  it("tells that a step reached its limit, in the machine's own words", () => {
    const reason = limitReason({ weightPercent: 5, bakeSeconds: 7200, limitSeconds: 7 * 86_400 });
    const told = lines({ entries: [deployed, to5], latch: { ...latch, reason } });
    expect(told.at(-1)).toMatchObject({ event: "rolled back", cause: { kind: "limit", who: reason } });
    expect(renderHistory("production", told, "UTC").split("\n").at(-1)?.trim()).toBe(
      "By itself, because the 5 % step reached its limit of 7 d.",
    );
  });

  it("says of a latch that is no alarm's that its cause is not known here", () => {
    const words = { ...latch, reason: "rollback by hand, no reason given" };
    expect(lines({ entries: [deployed, to5], latch: words }).at(-1)?.cause).toEqual({
      kind: "unknown",
      who: words.reason,
    });
  });

  it("tells a return, in the record and before it", () => {
    const promoted: HistoryEntry = {
      ...entry,
      at: at("11:00:00"),
      event: "promoted",
      weightPercent: 0,
      liveColour: "green",
    };
    const evidence = [{ ...rollback, from: { liveColour: "green" as const, weightPercent: 0 } }];
    const returned: HistoryEntry = { ...back, event: "returned" };
    const expected = ["11:30", "returned", 0, "person", 90];
    expect(told({ entries: [promoted, returned], evidence }).at(-1)).toEqual(expected);
    expect(told({ entries: [promoted], evidence }).at(-1)).toEqual(expected);
  });

  it("leaves out a resume that did not end, a latch without a time, and one from before the record", () => {
    const entries = [deployed, to5];
    expect(told({ entries, evidence: [{ ...resume, outcome: "begun", latch: undefined }] })).toHaveLength(2);
    expect(told({ entries, latch: { ...latch, at: "unknown" } })).toHaveLength(2);
    expect(told({ entries, latch: { ...latch, at: at("08:00:00") } })).toHaveLength(2);
  });
});

it("draws why each thing happened below it", () => {
  const evidence = [{ ...rollback, latch: alarm }, resume];
  const text = renderHistory("production", lines({ entries: [deployed, to5, back], evidence }), "Australia/Melbourne");
  expect(text.split("\n").slice(4)).toEqual([
    "2026-11-23 21:00  11-23 10:00  advanced     blue     5 %  1 h 7 s",
    "    Gate: not enough data. Candidate: 30 requests, 0 failed, p95 120 ms. Live: 570 requests, 1 failed.",
    "    Reason: INC-12: the fix must be out",
    "    The reason let through: data.",
    "2026-11-23 22:00  11-23 11:00  rolled back  blue     0 %  1 h 59 min so far",
    "    By itself, because of the alarm portal-production-green-unfit.",
    "2026-11-23 22:30  11-23 11:30  lowered      blue     0 %",
    "    By Ana <ana@example.com>.",
    "    Reason: logins fail",
    "2026-11-23 23:00  11-23 12:00  resumed      blue     0 %",
    "    By Ana <ana@example.com>.",
    "    Reason: INC-12 was the payment provider",
  ]);
});

describe("updates that the record left out", () => {
  const step: Evidence = {
    ...rollback,
    action: "advance",
    at: at("06:00:00"),
    from: { liveColour: "blue", weightPercent: 0 },
    to: { liveColour: "blue", weightPercent: 5 },
    reason: null,
  };
  const promote: Evidence = {
    ...step,
    action: "promote",
    at: at("07:00:00"),
    from: { liveColour: "green", weightPercent: 100 },
    to: { liveColour: "blue", weightPercent: 0 },
    reason: "INC-3: the old one is broken",
  };
  const open: Evidence = { ...step, at: at("06:30:00"), outcome: "interrupted" };

  it("are told from the evidence of the commands that made them", () => {
    const evidence = [step, open, promote];
    expect(lines({ entries: [deployed], evidence, droppedUntil: at("08:00:00") })).toMatchObject([
      { at: at("06:00:00"), event: "advanced", weightPercent: 5, stoodSeconds: 3600 },
      { at: at("07:00:00"), event: "promoted", liveColour: "blue", override: "INC-3: the old one is broken" },
      { event: "deployed" },
    ]);
  });

  it("are not told twice, and not where the record is whole", () => {
    expect(lines({ entries: [deployed], evidence: [step, promote] })).toHaveLength(1);
    const kept: HistoryEntry = { ...deployed, at: step.at, event: "advanced", weightPercent: 5 };
    expect(lines({ entries: [kept, deployed], evidence: [step], droppedUntil: at("08:00:00") })).toHaveLength(2);
  });
});
