import { setTimeout } from "node:timers/promises";
import { isSameSplit, type Split } from "../../rollout/split.ts";

/** How often AWS is asked whether the rule has moved, and how long is waited in between: it may answer a moment behind. */
const reads = { attempts: 3, waitMilliseconds: 1000 } as const;

/** Reads the public rule's split until it is the wanted one, three times at most. @returns what was read last */
export async function readUntilSplit(wanted: Split, read: () => Promise<Split>): Promise<Split> {
  for (let attempt = 1; ; attempt += 1) {
    const real = await read();
    if (isSameSplit(real, wanted) || attempt === reads.attempts) return real;
    await setTimeout(reads.waitMilliseconds);
  }
}
