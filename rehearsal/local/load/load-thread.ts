import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { compileCacheVariable } from "../run/compile-cache.ts";
import { callsTo, type RemoteCalls } from "../run/worker-calls.ts";
import type { Load, LoadOptions, LoadRecord } from "./load.ts";
import { preciseNow, type RequestRecord } from "./request.ts";

type LoadCalls = Pick<Load, keyof Load>;

/** A load in its own thread: the same calls, each answered by a promise. */
export interface LoadThread extends RemoteCalls<LoadCalls> {
  /** Ends the thread, whatever is in flight. */
  close(): Promise<void>;
}

/** Starts load in its own thread. */
export function startLoadThread(options: LoadOptions): LoadThread {
  const worker = new Worker(new URL("./load-worker.ts", import.meta.url), {
    workerData: options,
    env: { ...process.env, ...compileCacheVariable },
    resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 },
  });
  return {
    ...callsTo<LoadCalls>(worker, ["drain", "leftOut", "stop"]),
    async close() {
      await worker.terminate();
    },
  };
}

/** Every request of a load that has ended so far. */
export class TrafficRecord {
  readonly #load: Pick<LoadThread, "drain">;
  readonly #records: LoadRecord[] = [];
  /** The requests that have ended, in the order of sending. Those in flight are missing. */
  readonly #sent: LoadRecord[] = [];
  /** How many requests were sent before the first one that is in flight. */
  #complete = 0;
  readonly #aborted: AbortSignal;

  constructor(load: Pick<LoadThread, "drain">, aborted: AbortSignal) {
    this.#load = load;
    this.#aborted = aborted;
  }

  /** The requests in the order in which they ended. */
  async all(): Promise<readonly RequestRecord[]> {
    this.#aborted.throwIfAborted();
    const ended = await this.#load.drain();
    this.#records.push(...ended);
    for (const record of ended) this.#sent[record.sequence] = record;
    while (this.#sent[this.#complete] !== undefined) this.#complete += 1;
    return this.#records;
  }

  /**
   * Waits until the requests that have ended satisfy a condition.
   *
   * @param what names the condition in the error when it does not hold in time
   */
  async until(
    what: string,
    limitSeconds: number,
    condition: (records: readonly RequestRecord[]) => boolean,
  ): Promise<readonly RequestRecord[]> {
    const until = preciseNow() + limitSeconds * 1000;
    for (;;) {
      const records = await this.all();
      if (condition(records)) return records;
      if (preciseNow() > until) throw new Error(`${what} did not happen within ${limitSeconds} s.`);
      await sleep(25);
    }
  }

  /**
   * Waits for answers of either colour under one generation of routes.
   *
   * The requests count in the order in which they were sent, and only once every earlier one has ended. In the order of
   * their ends the answers of the faster colour would come first, and would distort the split.
   *
   * @param count how many
   * @returns the first `count` of them
   */
  async answersUnder(
    generation: number,
    count: number,
    onProgress: (answers: number) => void = () => {},
  ): Promise<readonly RequestRecord[]> {
    const under = () =>
      this.#sent
        .slice(0, this.#complete)
        .filter((record) => record.generation === generation && record.colour !== undefined);
    await this.until(`${count} answers`, 30, () => {
      const answers = under().length;
      onProgress(Math.min(answers, count));
      return answers >= count;
    });
    return under().slice(0, count);
  }
}
