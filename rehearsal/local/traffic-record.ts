import { setTimeout as sleep } from "node:timers/promises";
import type { LoadThread } from "./load/load-thread.ts";
import type { RequestRecord } from "./load/request-record.ts";
import { preciseNow } from "./load/send-request.ts";

/** Everything that the load has met so far. */
export class TrafficRecord {
  readonly #load: LoadThread;
  readonly #records: RequestRecord[] = [];
  readonly #aborted: AbortSignal;

  constructor(load: LoadThread, aborted: AbortSignal) {
    this.#load = load;
    this.#aborted = aborted;
  }

  /** Every request that has ended, in the order in which they did. */
  async all(): Promise<readonly RequestRecord[]> {
    this.#aborted.throwIfAborted();
    this.#records.push(...(await this.#load.drain()));
    return this.#records;
  }

  /**
   * Waits until what ended so far satisfies a condition.
   *
   * @param what named in the error when it does not come true in time
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

  /** Waits for that many answers by either colour under one generation of routes. @returns exactly those, the first ones */
  async answersUnder(
    generation: number,
    count: number,
    onProgress: (answers: number) => void = () => {},
  ): Promise<readonly RequestRecord[]> {
    const under = (records: readonly RequestRecord[]) =>
      records.filter((record) => record.generation === generation && record.colour !== undefined);
    const records = await this.until(`${count} answers`, 30, (all) => {
      const answers = under(all).length;
      onProgress(Math.min(answers, count));
      return answers >= count;
    });
    return under(records).slice(0, count);
  }
}
