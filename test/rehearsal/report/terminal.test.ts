import { PassThrough } from "node:stream";
import { WriteStream } from "node:tty";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createTerminal } from "../../../rehearsal/report/terminal.ts";

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
