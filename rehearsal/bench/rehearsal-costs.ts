import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import packageFile from "../../package.json" with { type: "json" };
import { projectFolder } from "../plan/project-folder.ts";
import { rehearsalReportSchema } from "../report/report-schema.ts";
import type { Row } from "./costs.ts";

/** Node's flags and the script, as package.json gives them to `npm run rehearse`. */
const words = packageFile.scripts.rehearse.split(" ").slice(1);

/**
 * Rehearses both stages once, as `npm run rehearse` does, and takes what the rehearsal measured of itself.
 *
 * @throws {Error} when it did not hold: then its time would say nothing
 */
export async function measureRehearsal(): Promise<readonly Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-rehearsal-"));
  try {
    const [json, html] = [join(folder, "report.json"), join(folder, "report.html")];
    await promisify(execFile)(process.execPath, [...words, "--json", json, "--html", html], {
      cwd: projectFolder,
      timeout: 900_000,
    });
    const { limits, machine } = rehearsalReportSchema.parse(JSON.parse(readFileSync(json, "utf8")));
    const { seconds, memoryMib } = limits;
    const factor = (machine.slowestWorkFactor ?? 1).toFixed(1);
    return [
      {
        what: `both stages, on ${machine.cores} cores, where other work took up to ${factor} times as long as on an idle machine`,
        measured: `${seconds.measured?.toFixed(0)} s`,
        bound: `less than ${seconds.limit} s`,
      },
      {
        what: "peak memory of all its processes",
        measured: memoryMib.measured === null ? "no /proc" : `${memoryMib.measured.toFixed(0)} MiB`,
        bound: `less than ${memoryMib.limit} MiB`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
