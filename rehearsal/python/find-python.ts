import { spawnSync } from "node:child_process";

/** The oldest Python that every pinned package runs on, as `sys.version_info` has it. */
const oldest = "(3, 10)";

/** Ends with 0 where Python is new enough and can make virtual environments; Debian ships it without `ensurepip`. */
const question = `import sys, venv, ensurepip; sys.exit(sys.version_info < ${oldest})`;

/** The name of a Python that can make virtual environments, or why there is none. */
export function findPython(): { readonly command: string } | { readonly missing: string } {
  const answer = spawnSync("python3", ["-c", question], { stdio: ["ignore", "ignore", "pipe"], timeout: 20_000 });
  if (answer.status === 0) return { command: "python3" };
  if (answer.error !== undefined && "code" in answer.error && answer.error.code === "ENOENT") {
    return { missing: "no python3 on the path" };
  }
  const lacksModule = /No module named '?(\w+)/.exec(String(answer.stderr))?.[1];
  return { missing: lacksModule === undefined ? "python3 is older than 3.10" : `python3 has no ${lacksModule}` };
}
