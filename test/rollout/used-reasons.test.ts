import { describe, expect, it } from "vitest";
import { boundHistory, keptEntries } from "../../rollout/bounded-history.ts";
import { fingerprintOf, reasonUsedAt } from "../../rollout/used-reasons.ts";
import { recordAt } from "../support/rollout.ts";

describe("the fingerprint of a reason", () => {
  // FNV-1a of 64 bits over the bytes 61 00, and over none: the vectors of the FNV reference code, "a" with its end and "".
  it.each([
    ["a", "089be207b544f1e4"],
    ["", "cbf29ce484222325"],
  ])("of %j is %s", (text, fingerprint) => expect(fingerprintOf(text)).toBe(fingerprint));

  it("tells texts of one length apart, by both bytes of a character", () => {
    const texts = ["ab", "ba", "a\u0162", "a\u0262"];
    expect(new Set(texts.map(fingerprintOf)).size).toBe(texts.length);
  });
});

describe("when a reason was used", () => {
  const [entry] = recordAt(5).history;
  if (entry === undefined) throw new Error("The record has a history.");
  const dropped = {
    entries: 1,
    until: "2026-11-01T00:00:00.000Z",
    usedReasons: [{ fingerprint: fingerprintOf("INC-1"), at: "2026-11-01T00:00:00.000Z" }],
  };
  const record = { history: [{ ...entry, override: "INC-2" }], dropped };

  it("is told by the history, and by what was kept of older entries", () => {
    expect(reasonUsedAt(record, "INC-2")).toBe(entry.at);
    expect(reasonUsedAt(record, "INC-1")).toBe("2026-11-01T00:00:00.000Z");
    expect(reasonUsedAt(record, "INC-3")).toBeUndefined();
    expect(reasonUsedAt({ history: record.history }, "INC-1")).toBeUndefined();
  });

  it.each([
    ["a full stop", "The login is broken, see INC-2."],
    ["capital letters and spaces", " THE LOGIN IS  BROKEN, SEE INC-2"],
    ["a joiner, which nobody sees", "The login\u200d is broken, see INC-2"],
    ["a filler, which is a letter and has no width", "The login\u3164 is broken, see INC-2"],
    ["wide letters", "Ｔhe login is broken, see INC-2"],
  ])("knows the same words with %s again, in the history and in what was left out of it", (_, again) => {
    const reason = "The login is broken, see INC-2";
    expect(reasonUsedAt({ history: [{ ...entry, override: reason }] }, again)).toBe(entry.at);
    const left = Array.from({ length: keptEntries + 20 }, () => ({ ...entry, weightPercent: 0, override: reason }));
    const { history, dropped: known } = boundHistory(left, undefined, undefined);
    const without = history.map(({ override: _reason, ...one }) => one);
    expect(reasonUsedAt({ history: without, dropped: known }, again)).toBe(entry.at);
    expect(reasonUsedAt({ history: without, dropped: known }, "The login is broken, see INC-3")).toBeUndefined();
  });
});
