import { describe, expect, it } from "vitest";
import { renderTable } from "../../../cli/terminal/table.ts";

describe("renderTable", () => {
  it("makes columns as wide as their widest cell, figures to the right", () => {
    const columns = [{ heading: "move" }, { heading: "lost", figures: true }, { heading: "held" }];
    expect(
      renderTable(columns, [
        ["1.1.0 at 5 %", "0", "yes"],
        ["promoted", "12345", "no"],
      ]),
    ).toEqual([
      "move           lost  held",
      "────────────  ─────  ────",
      "1.1.0 at 5 %      0  yes",
      "promoted      12345  no",
    ]);
  });

  it("does not count colours as width", () => {
    const green = "\u001b[32myes\u001b[39m";
    expect(renderTable([{ heading: "held" }, { heading: "why" }], [[green, "x"]])).toEqual([
      "held  why",
      "────  ───",
      `${green}   x`,
    ]);
  });
});
