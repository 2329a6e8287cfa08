import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** What one process cost. */
export interface Cost {
  /** From the process's first statement to its last. */
  readonly milliseconds: number;
  /** Of each stage planned, in order. */
  readonly stageMilliseconds: readonly number[];
  /** Largest resident set of the process. */
  readonly peakMebibytes: number;
}

const run = promisify(execFile);
const script = fileURLToPath(new URL("./subject.ts", import.meta.url));

/** Measures one subject in a process of its own. */
async function measureOnce(subject: string): Promise<Cost> {
  const { stdout } = await run(process.execPath, [script, subject], { timeout: 120_000 });
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Cost;
}

/** Measures subjects in turn (A B C A B C …) after one round that is not counted, so that a drifting machine drifts for all. */
export async function measureInTurn(subjects: readonly string[], rounds: number): Promise<Map<string, Cost[]>> {
  const costs = new Map<string, Cost[]>(subjects.map((subject) => [subject, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const subject of subjects) {
      const cost = await measureOnce(subject);
      if (round > 0) costs.get(subject)?.push(cost);
    }
  }
  return costs;
}

/** The middle value; of an even count the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) throw new RangeError("The median of no values was asked for.");
  return (low + high) / 2;
}
