import { PassThrough } from "node:stream";
import { WriteStream } from "node:tty";
import { afterEach, describe, expect, it, vi } from "vitest";
import { counted, createTerminal, duration, percent } from "../../../rehearsal/report/terminal.ts";

/** A stream that keeps what is written to it, as a terminal of that width or as a file. */
function stream(columns?: number): { readonly written: () => string; readonly out: NodeJS.WriteStream } {
  const through = new PassThrough();
  const tty = columns === undefined ? {} : { isTTY: true, columns, getColorDepth: WriteStream.prototype.getColorDepth };
  const out = Object.assign(through, tty) as unknown as NodeJS.WriteStream;
  return { out, written: () => String(through.read() ?? "") };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("createTerminal", () => {
  it("rewrites one status line on a terminal and clears it for a line that stays", () => {
    const { out, written } = stream(80);
    const terminal = createTerminal(out);
    terminal.status("planning");
    terminal.status("serving");
    terminal.line("done");
    terminal.line();
    expect(written()).toBe("planning\r\u001b[2Kserving\r\u001b[2Kdone\n\n");
  });

  it("cuts a status line that would wrap, since it could not be cleared", () => {
    const { out, written } = stream(10);
    createTerminal(out).status("a long story");
    expect(written()).toBe("a long s…");
  });

  it.each([
    [120, "wraps at 100 columns on a wide terminal", 2],
    [60, "wraps at its width on a narrow one", 1],
  ])("on %d columns %s, and indents the rest as it is told", (columns, _, wordsInLine) => {
    const { out, written } = stream(columns);
    const words = Array.from({ length: 3 }, () => "x".repeat(40));
    createTerminal(out).line(`  ✓  ${words.join(" ")}`, 4);
    const rest = words.slice(wordsInLine).map((word) => `    ${word}`);
    expect(written().split("\n")).toEqual([`  ✓  ${words.slice(0, wordsInLine).join(" ")}`, ...rest, ""]);
  });

  it("writes plain lines and no status elsewhere", () => {
    const { out, written } = stream();
    const terminal = createTerminal(out);
    terminal.status("planning");
    terminal.line(terminal.paint("green", "done"));
    expect(written()).toBe("done\n");
  });

  it("paints on a terminal unless NO_COLOR forbids it", () => {
    vi.stubEnv("CI", undefined);
    vi.stubEnv("FORCE_COLOR", undefined);
    vi.stubEnv("NODE_DISABLE_COLORS", undefined);
    vi.stubEnv("NO_COLOR", undefined);
    vi.stubEnv("TERM", "xterm-256color");
    const { out } = stream(80);
    expect(createTerminal(out).paint("green", "done")).toBe("\u001b[32mdone\u001b[39m");
    vi.stubEnv("NO_COLOR", "1");
    expect(createTerminal(out).paint("green", "done")).toBe("done");
  });
});

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
