import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clearLatch, formatLatch, initialLatch, missingLatch, parseLatch, type SetLatch } from "../../rollout/latch.ts";
import { hasHiddenCharacters } from "../../rollout/plain-text.ts";
import { ssmValueProblems } from "../support/aws/ssm-value.ts";

describe("parseLatch", () => {
  it("reads a clear one", () => {
    expect(parseLatch('{"state":"clear"}')).toEqual({ state: "clear" });
  });

  it("reads what the state machine writes", () => {
    const value = '{"state":"set","at":"2026-11-23T12:30:00Z","reason":"portal-production-green","rolledBack":"green"}';
    expect(parseLatch(value)).toEqual(JSON.parse(value));
    const ofBlue = value.replace('"rolledBack":"green"', '"rolledBack":"blue"');
    expect(parseLatch(ofBlue)).toEqual(JSON.parse(ofBlue));
  });

  it("takes anything that it cannot read as set, since an unknown latch must not let traffic out", () => {
    for (const value of ["", "{", "null", "true", '"clear"', '{"state":"open"}', "{}"]) {
      expect(parseLatch(value)).toEqual({
        state: "set",
        at: "unknown",
        reason: `the latch parameter holds ${JSON.stringify(value)}, which is no latch`,
      });
    }
    expect(parseLatch('{"state":"set"}')).toEqual({ state: "set", at: "unknown", reason: "unknown" });
  });

  it("shows no more of a value that it cannot read than tells what it is", () => {
    const { reason } = parseLatch(`\u202e${"x".repeat(4000)}`) as SetLatch;
    expect(reason).toBe(`the latch parameter holds "${"x".repeat(79)}…", which is no latch`);
    const whole = parseLatch("x".repeat(80)) as SetLatch;
    expect(whole.reason).toBe(`the latch parameter holds "${"x".repeat(80)}", which is no latch`);
  });

  it("makes plain lines of what somebody wrote by hand", () => {
    const value = { state: "set", at: "2026-11-23\u001b[2J", reason: "see\n\u202eabove", rolledBack: "red" };
    expect(parseLatch(JSON.stringify(value))).toEqual({ state: "set", at: "2026-11-23", reason: "see above" });
  });
});

describe("formatLatch", () => {
  const at = "2026-11-23T12:30:00.000Z";

  it("writes what parseLatch reads", () => {
    for (const latch of [
      clearLatch,
      { state: "set", at, reason: 'said "no"', rolledBack: "green" },
      { state: "set", at, reason: "by hand" },
    ] as const) {
      expect(parseLatch(formatLatch(latch))).toEqual(latch);
    }
  });

  it("writes no mark of a missing parameter, since it then exists", () => {
    expect(parseLatch(formatLatch(missingLatch("/a/b")))).toEqual({
      state: "set",
      at: "unknown",
      reason: "the parameter /a/b does not exist in AWS",
    });
  });

  it.each([
    ["a reason that SSM takes for a reference", "{{ssm:/prod/key}} fails"],
    ["braces without end", "{".repeat(300) + "}".repeat(300)],
    ["a reason of 5,000 characters", "x".repeat(5000)],
    ["a reason that JSON writes twice as long", '"\\'.repeat(2500)],
    ["a reason of wide characters", "👍".repeat(2000)],
    ["a reason of halves of them", "\ud83d".repeat(2000)],
  ])("writes what SSM takes: %s", (_what, reason) => {
    expect(ssmValueProblems(JSON.stringify({ state: "set", at, reason, rolledBack: "green" }))).not.toEqual([]);
    expect(ssmValueProblems(formatLatch({ state: "set", at, reason, rolledBack: "green" }))).toEqual([]);
  });

  it("writes what SSM takes and what is still a set latch, whatever the reason is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 900 }), (reason) => {
        const value = formatLatch({ state: "set", at, reason, rolledBack: "green" });
        expect(ssmValueProblems(value)).toEqual([]);
        expect(hasHiddenCharacters(value)).toBe(false);
        expect(parseLatch(value)).toMatchObject({ state: "set", at, rolledBack: "green" });
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });
});

describe("a latch whose parameter does not exist", () => {
  const missing = missingLatch("/portal/staging/rollout/latch");

  it("counts as set, and says which parameter is gone", () => {
    expect(missing).toEqual({
      state: "set",
      at: "unknown",
      reason: "the parameter /portal/staging/rollout/latch does not exist in AWS",
      isMissing: true,
    });
  });

  it("is created as set, so that a refresh clears no latch, and one that never existed as clear", () => {
    const now = new Date("2026-11-23T12:40:00Z");
    expect(initialLatch(clearLatch, now)).toEqual({ state: "clear" });
    expect(initialLatch({ state: "set", at: "2026-11-23T12:30:00Z", reason: "alarm" }, now)).toEqual({
      state: "clear",
    });
    const created = initialLatch(missing, now);
    expect(created).toEqual({
      state: "set",
      at: "2026-11-23T12:40:00.000Z",
      reason: "the parameter /portal/staging/rollout/latch does not exist in AWS; an update has written it again",
    });
    expect(parseLatch(JSON.stringify(created))).toEqual(created);
  });
});
