import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { holdInterrupts, runProcess } from "../../cli/process.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** Runs a program of Node in a process of its own, and keeps the lines that were told of. */
async function run(program: string, environment: Readonly<Record<string, string>> = {}) {
  const lines: string[] = [];
  const result = await runProcess({
    command: process.execPath,
    words: ["--eval", program],
    cwd: temporaryFolder(),
    environment,
    onLine: (line) => lines.push(line),
  });
  return { ...result, lines };
}

/** Writes parts one after the other, each once the reader has had time for the one before. */
const writeParts = (parts: readonly (string | readonly number[])[]) => `
const { setTimeout: sleep } = require("node:timers/promises");
(async () => {
  for (const part of ${JSON.stringify(parts)}) {
    process.stdout.write(typeof part === "string" ? part : Buffer.from(part));
    await sleep(30);
  }
})();`;

describe("runProcess", () => {
  it("gives both streams whole, and the exit code", async () => {
    const program = `process.stdout.write("out\\nmore"); process.stderr.write("bad\\n"); process.exitCode = 7;`;
    expect(await run(program)).toEqual({
      exitCode: 7,
      stdout: "out\nmore",
      stderr: "bad\n",
      lines: expect.arrayContaining(["out", "more", "bad"]),
    });
  });

  it("tells whole lines although they come in parts, and the last one without its end", async () => {
    const { lines, stdout } = await run(writeParts(["fi", "rst\nsec", "ond\n\nthi", "rd"]));
    expect(lines).toEqual(["first", "second", "", "third"]);
    expect(stdout).toBe("first\nsecond\n\nthird");
  });

  it("takes a carriage return for a part of the line's end, also where it comes apart from it", async () => {
    const { lines, stdout } = await run(writeParts(["one\r\ntwo\r", "\nthree\r\n"]));
    expect(lines).toEqual(["one", "two", "three"]);
    expect(stdout).toBe("one\r\ntwo\r\nthree\r\n");
  });

  it("tells no line twice, and no empty one behind the last line's end", async () => {
    expect((await run(writeParts(["one\n", "two\n"]))).lines).toEqual(["one", "two"]);
    expect((await run("")).lines).toEqual([]);
  });

  it("reads a character whose bytes come apart", async () => {
    const [first = 0, ...rest] = Buffer.from("✓\n");
    expect((await run(writeParts([[first], rest]))).lines).toEqual(["✓"]);
  });

  it("tells a line while the process is still running", async () => {
    const folder = temporaryFolder();
    // The process ends only when it has been answered.
    const program = `
      const { existsSync } = require("node:fs");
      console.log("asked");
      setInterval(() => existsSync("answer") && process.exit(0), 10);
      setTimeout(() => process.exit(9), 20000);`;
    const { exitCode } = await runProcess({
      command: process.execPath,
      words: ["--eval", program],
      cwd: folder,
      onLine: () => writeFileSync(join(folder, "answer"), ""),
    });
    expect(exitCode).toBe(0);
    expect(existsSync(join(folder, "answer"))).toBe(true);
  });

  it("adds to this process's environment, and gives no input", async () => {
    const program = `console.log(process.env.ADDED, process.env.PATH === ${JSON.stringify(process.env["PATH"])});
      process.stdin.on("data", () => console.log("input")).on("end", () => console.log("end"));`;
    expect((await run(program, { ADDED: "yes" })).lines).toEqual(["yes true", "end"]);
  });

  it("hands words over as they are, because no shell reads them", async () => {
    const words = ["a b", "$HOME", "*", "; exit 3", '"'];
    const { stdout } = await runProcess({
      command: process.execPath,
      words: ["--eval", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...words],
      cwd: temporaryFolder(),
    });
    expect(JSON.parse(stdout)).toEqual(words);
  });

  it("fails for a process that a signal ended, and names it", async () => {
    await expect(run(`process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000);`)).rejects.toThrow(
      "was ended by SIGKILL.",
    );
  });

  it("ends a process whose time is over, and what it started", async () => {
    const child = "setInterval(() => {}, 1000)";
    const parent = `const { spawn } = require("node:child_process");
      spawn(process.execPath, ["--eval", ${JSON.stringify(child)}], { stdio: "inherit" });
      setInterval(() => {}, 1000);`;
    const request = {
      command: process.execPath,
      words: ["--eval", parent],
      cwd: temporaryFolder(),
      endsAfterSeconds: 2,
    };
    // It is told of only once nobody has the output open: what it started would keep it open for ever.
    await expect(runProcess(request)).rejects.toThrow(/ was ended after 2 s\.$/);
  });

  it("fails with ENOENT for a command that does not exist", async () => {
    const running = runProcess({ command: "no-such-command-here", words: [], cwd: temporaryFolder() });
    await expect(running).rejects.toMatchObject({ code: "ENOENT" });
  });
});

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

  it("waits for the engine behind a wrapper that the interrupt ends, as npm's is", async () => {
    const folder = temporaryFolder();
    const engine = `
      process.on("SIGINT", () => {
        console.log("stopping");
        setTimeout(() => { require("node:fs").writeFileSync("state", "written"); process.exit(0); }, 300);
      });
      console.log("ready");
      setInterval(() => {}, 1000);`;
    const wrapper = `
      require("node:child_process").spawn(process.execPath, ["--eval", ${JSON.stringify(engine)}], { stdio: "inherit" });
      setInterval(() => {}, 1000);`;
    const lines: string[] = [];
    const running = runProcess({
      command: process.execPath,
      words: ["--eval", wrapper],
      cwd: folder,
      passesInterrupts: true,
      onLine: (line) => {
        lines.push(line);
        if (line === "ready") process.emit("SIGINT");
      },
    });
    await expect(running).rejects.toThrow("was ended by SIGINT.");
    expect(lines).toEqual(["ready", "stopping"]);
    expect(readFileSync(join(folder, "state"), "utf8")).toBe("written");
  });
});

describe.skipIf(process.platform === "win32")("holdInterrupts", () => {
  it("notes an interrupt until it is released", () => {
    const before = process.listenerCount("SIGTERM");
    const held = holdInterrupts();
    expect(held.hasCome).toBe(false);
    process.emit("SIGTERM");
    expect(held.hasCome).toBe(true);
    held.release();
    held.release();
    expect(process.listenerCount("SIGTERM")).toBe(before);
  });
});
