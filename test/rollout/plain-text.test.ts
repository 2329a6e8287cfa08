import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasHiddenCharacters, plainLine, plainLines, visibly } from "../../rollout/plain-text.ts";

/** Texts with many of the characters that must not reach a reader. */
const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom(
      "\u001b",
      "[",
      "3",
      "m",
      "\u009b",
      "\u0000",
      "\n",
      "\r",
      "\t",
      "\u0085",
      "\u2028",
      "\u202e",
      "\u2066",
    ),
    fc.constantFrom(
      "\u200b",
      "\u200f",
      "\ufeff",
      "\u{e0041}",
      "\ud800",
      "\udc00",
      "\uffff",
      " ",
      "\u00a0",
      "a",
      "ü",
      "👍",
    ),
  ),
});

describe("plainLine", () => {
  it.each([
    ["logins fail since 25 %", "logins fail since 25 %"],
    ["  one\n  two\r\nthree\tfour ", "one two three four"],
    ["\u001b[31mred\u001b[0m", "red"],
    ["\u001b]8;;https://example.com\u0007link\u001b]8;;\u0007", "link"],
    ["\u009b2Jgone", "gone"],
    ["nul\u0000 bell\u0007 next line\u0085end", "nul bell next line end"],
    ["line\u2028paragraph\u2029end", "line paragraph end"],
    ["abc\u202ecba\u202c", "abccba"],
    ["\u2066isolated\u2069 \u200emark\u061c", "isolated mark"],
    ["zero\u200bwidth\ufeff soft\u00adhyphen", "zerowidth softhyphen"],
    ["tag\u{e0041}\u{e007f}", "tag"],
    ["half\ud83d \udc4d", "half"],
    ["family 👩‍👩‍👧, ‌‌नमस्ते", "family 👩‍👩‍👧, ‌‌नमस्ते"],
  ])("makes %j %j", (text, plain) => {
    expect(plainLine(text)).toBe(plain);
  });

  it("leaves nothing hidden, and changes nothing when it is done again", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const plain = plainLine(text);
        expect(hasHiddenCharacters(plain)).toBe(false);
        expect(plainLine(plain)).toBe(plain);
      }),
    );
  });
});

describe("plainLines", () => {
  it("keeps lines and indents, and takes out the rest", () => {
    expect(plainLines("error:\r\n    \u001b[1mbad\u001b[0m\u202e\n\n\tend\u2028x\u0000")).toBe(
      "error:\n    bad\n\n  end\nx",
    );
  });

  it("leaves nothing hidden but line breaks", () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(hasHiddenCharacters(plainLines(text).replaceAll("\n", ""))).toBe(false);
      }),
    );
  });
});

describe("visibly", () => {
  it("writes hidden characters out, so that a reader finds them", () => {
    expect(visibly("live\u202eColour\u0000\n\u{e0041}\ud800")).toBe("live\\u202eColour\\u0000\\u000a\\u{e0041}\\ud800");
    expect(visibly("images.green")).toBe("images.green");
  });
});
