import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median } from "./measure.ts";
import type { Row } from "./row.ts";

const run = promisify(execFile);
/** It needs moto and so lives with what the tests have of it. */
const script = fileURLToPath(new URL("../../test/bench/cli-costs.ts", import.meta.url));

/** Measures the CLI as processes of their own, against moto on this machine. */
export async function measureCommands(rounds: number): Promise<Row[]> {
  const { stdout } = await run(process.execPath, [script, String(rounds)], { timeout: 600_000 });
  const costs = JSON.parse(stdout.trim().split("\n").at(-1) ?? "");
  const { rollbackFirstWriteMilliseconds: firstWrite, rollbackActions, statusMilliseconds: status } = costs;
  return [
    {
      what: "`rollback`: from the process's start to AWS's first call that changes something",
      measured: `${median(firstWrite).toFixed(0)} ms (${spread(firstWrite)})`,
      bound: "at most 1000 ms",
    },
    {
      what: "`rollback`: AWS calls until the traffic is back and the latch is set",
      measured: `${rollbackActions.length}: ${rollbackActions.join(", ")}`,
      bound: "at most 3",
    },
    {
      what: "`status`: the whole process",
      measured: `${median(status).toFixed(0)} ms (${spread(status)})`,
      bound: "at most 2000 ms",
    },
    {
      what: `\`status\`: AWS calls with a short history / with one of ${costs.longHistory} entries`,
      measured: `${costs.statusCalls.short} / ${costs.statusCalls.long}`,
      bound: "the same",
    },
  ];
}

function spread(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
}
