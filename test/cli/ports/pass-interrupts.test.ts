import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { runProcess } from "../../../cli/ports/run-process.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Says each interrupt, and ends by itself when the lines are told. */
const program = `
process.on("SIGINT", () => console.log("told"));
process.on("SIGTERM", () => console.log("terminated"));
console.log("ready");
setTimeout(() => process.exit(3), 2000);`;

/** Runs it, and sends this process's own interrupts at the times given, in milliseconds after it is ready. */
async function runInterrupted(interrupts: readonly (readonly [signal: "SIGINT" | "SIGTERM" | "SIGHUP", at: number])[]) {
  const lines: string[] = [];
  const ready = new EventTarget();
  const running = runProcess({
    command: process.execPath,
    words: ["--eval", program],
    cwd: temporaryFolder(),
    passesInterrupts: true,
    onLine: (line) => {
      lines.push(line);
      if (line === "ready") ready.dispatchEvent(new Event("ready"));
    },
  });
  await once(ready, "ready");
  let waited = 0;
  for (const [signal, at] of interrupts) {
    await sleep(at - waited);
    waited = at;
    process.emit(signal);
  }
  return { ...(await running), lines };
}

describe.skipIf(process.platform === "win32")("passInterrupts", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("passes %s on as Ctrl-C and waits for the end", async (signal) => {
    const { exitCode, lines } = await runInterrupted([[signal, 0]]);
    expect(lines).toEqual(["ready", "told"]);
    expect(exitCode).toBe(3);
  });

  it("takes what npm passes on and the terminal has told already for one, and a later one for a second", async () => {
    const { lines } = await runInterrupted([
      ["SIGINT", 0],
      ["SIGINT", 100],
      ["SIGINT", 1300],
    ]);
    expect(lines).toEqual(["ready", "told", "told"]);
  });

  it("listens no longer than the command runs", async () => {
    const before = process.listenerCount("SIGINT");
    await runInterrupted([]);
    expect(process.listenerCount("SIGINT")).toBe(before);
  });
});
