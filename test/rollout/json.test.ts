import { describe, expect, it } from "vitest";
import { memberOf, readJson } from "../../rollout/json.ts";

describe("readJson", () => {
  it("reads a text, and gives nothing for what is none", () => {
    expect(readJson('{"a":[1]}')).toEqual({ a: [1] });
    expect(readJson("null")).toBeNull();
    expect([readJson("{"), readJson(""), readJson(undefined)]).toEqual([undefined, undefined, undefined]);
  });
});

describe("memberOf", () => {
  const value = { detail: { state: { value: "ALARM" }, none: null, text: "abc" } };

  it("follows the path to its end", () => {
    expect(memberOf(value, "detail", "state", "value")).toBe("ALARM");
    expect(memberOf(value, "detail", "none")).toBeNull();
    expect(memberOf(value)).toBe(value);
  });

  it("ends where there is nothing to follow: at null, at a text, at what is missing", () => {
    expect(memberOf(value, "detail", "none", "value")).toBeUndefined();
    expect(memberOf(value, "detail", "text", "length")).toBeUndefined();
    expect(memberOf(value, "other", "state")).toBeUndefined();
    expect(memberOf(undefined, "detail")).toBeUndefined();
  });
});
