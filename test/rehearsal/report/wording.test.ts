import { describe, expect, it } from "vitest";
import { counted, duration, percent } from "../../../rehearsal/report/wording.ts";

describe("wording", () => {
  it.each([
    [0.2, "under 1 ms"],
    [4.4, "4 ms"],
    [870, "870 ms"],
    [1940, "1.9 s"],
  ])("writes %d ms as %s", (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it.each([
    [5, "5 %"],
    [4.76, "4.8 %"],
    [100, "100 %"],
  ])("writes %d as %s", (value, text) => {
    expect(percent(value)).toBe(text);
  });

  it("counts things", () => {
    expect([counted(1, "folder"), counted(2, "port"), counted(9, "process"), counted(1, "process")]).toEqual([
      "1 folder",
      "2 ports",
      "9 processes",
      "1 process",
    ]);
  });
});
