import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasHiddenCharacters } from "../../rollout/plain-text.ts";
import { fitReason, longestReason, reasonLetters, reasonProblems } from "../../rollout/reason.ts";

describe("reasonProblems", () => {
  it.each([
    ["none", undefined],
    ["a plain one", "the payment provider was down"],
    ["the longest", "x".repeat(longestReason)],
    ["one with just enough letters and digits", "INC-123 !!"],
    ["braces, where SSM is not asked", "{{ see }} INC-12"],
  ])("accepts %s", (_what, reason) => {
    expect(reasonProblems(reason)).toEqual([]);
  });

  it.each([
    [
      "a short one",
      "ok",
      'The reason is "ok", which is too short. Write at least 10 characters that a later reader will understand.',
    ],
    [
      "one of signs",
      ".. .. .. ..",
      'The reason is ".. .. .. ..", which has fewer than 6 letters and digits. Write words that a later reader will understand.',
    ],
    [
      "one of joiners, which nobody sees",
      `INC${"\u200d".repeat(10)}`,
      'The reason is "INC\u200d\u200d\u200d\u200d\u200d\u200d\u200d\u200d\u200d\u200d", which has fewer than 6 letters and digits. Write words that a later reader will understand.',
    ],
    [
      "a long one",
      "x".repeat(longestReason + 1),
      "The reason has 501 characters, and the longest is 500. Write a shorter one.",
    ],
    [
      "one with hidden characters",
      "payment\noutage, agreed with \u202emiK",
      'The reason is "payment\\u000aoutage, agreed with \\u202emiK", which has line breaks, control characters or invisible ones. Write it as one line of plain text.',
    ],
  ])("refuses %s, and says what to write", (_what, reason, problem) => {
    expect(reasonProblems(reason)).toEqual([problem]);
  });
});

it("is known again by its letters and digits, in small letters", () => {
  expect(reasonLetters(" INC-12: Größe\u200d ２5 % ")).toBe("inc12größe25");
});

describe("fitReason", () => {
  it("leaves a plain reason as it is, and says nothing", () => {
    expect(fitReason("  logins fail since 25 %, {id} {} ")).toEqual({
      reason: "logins fail since 25 %, {id} {}",
      whole: "logins fail since 25 %, {id} {}",
      change: undefined,
    });
  });

  it("takes out what nobody sees, writes double braces apart, cuts, and says so", () => {
    const { reason, whole, change } = fitReason(`\u001b[31m{{ssm:key}}}\u202e\nlogins ${"fail ".repeat(200)}`);
    expect(reason).toMatch(/^\{ \{ssm:key\} \} \} logins (fail )+f…$/);
    expect([...reason].length).toBeLessThanOrEqual(longestReason);
    expect(whole).toBe(`{{ssm:key}}} logins ${"fail ".repeat(200)}`.trim());
    expect(change).toBe(
      "The reason was changed: line breaks and control characters were taken out; double braces were written apart, because SSM refuses them; it was cut to 500 of its 1022 characters.",
    );
  });

  it("says nothing of the line break at its end, as a file or a pipe gives it", () => {
    expect(fitReason("logins fail since 25 %\n").change).toBeUndefined();
  });

  it("leaves no space before the cut", () => {
    expect(fitReason(`${"x".repeat(longestReason - 2)} and more`).reason).toBe(`${"x".repeat(longestReason - 2)}…`);
  });

  it("cuts no character in two", () => {
    const { reason } = fitReason("👍".repeat(longestReason + 1));
    expect(reason).toBe(`${"👍".repeat(longestReason - 1)}…`);
  });

  it("gives one plain line of the right length for whatever it is given, and the same again for that", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 400, maxLength: 700 }), (given) => {
        const { reason, whole } = fitReason(given);
        expect([...reason].length).toBeLessThanOrEqual(longestReason);
        expect(hasHiddenCharacters(reason + whole)).toBe(false);
        expect(fitReason(reason)).toEqual({ reason, whole: reason, change: undefined });
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });
});
