import { describe, expect, it } from "vitest";
import { fitLines, renderTable } from "../../cli/terminal.ts";

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

  it("draws a block for each row of a table that is wider than 80 columns", () => {
    const columns = [{ heading: "what" }, { heading: "found" }, { heading: "allowed", figures: true }];
    const wide = "x".repeat(70);
    expect(
      renderTable(columns, [
        ["errors", wide, "1 %"],
        ["alarms", "", "OK"],
      ]),
    ).toEqual(["errors", `  found    ${wide}`, "  allowed  1 %", "alarms", "  found", "  allowed  OK"]);
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

describe("fitLines", () => {
  it("leaves alone what fits, and wraps the rest between words", () => {
    expect(fitLines("short\nThe gate has too little data for this step.", 20)).toBe(
      "short\nThe gate has too\nlittle data for this\nstep.",
    );
  });

  it("indents the rest of a list's point and of a flag's row", () => {
    expect(fitLines("- AWS gives blue 95 %, green 5 %.", 20)).toBe("- AWS gives blue\n  95 %, green 5 %.");
    expect(fitLines("  --stage  The stage that it is about.", 26)).toBe(
      "  --stage  The stage that\n           it is about.",
    );
  });

  it("indents the rest by what it is told instead, and keeps the spaces between", () => {
    expect(fitLines("  ✓ plan  5 resources, no policy violation", 26, 10)).toBe(
      "  ✓ plan  5 resources, no\n          policy violation",
    );
  });

  it.each([
    "npm run rollout -- status --stage production",
    'npm run --silent rollout -- advance --stage staging --reason "the fix must be out"',
    "npx pulumi up --refresh --stack production",
    "aws logs get-log-events --region ap-southeast-2 --log-group-name /portal/x --query 'events[].[message]' --output text",
  ])("keeps a command whole, however long it is: %s", (command) => {
    const lines = fitLines(`The update failed. Run ${command}; then look again.`, 30).split("\n");
    expect(lines.filter((line) => line.includes(command))).toHaveLength(1);
    expect(lines.filter((line) => line.length > 30 && !line.includes(command))).toEqual([]);
  });
});
