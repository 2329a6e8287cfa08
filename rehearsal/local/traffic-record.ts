import { setTimeout as sleep } from "node:timers/promises";
import type { LoadRecord } from "./load/load.ts";
import type { LoadThread } from "./load/load-thread.ts";
import type { RequestRecord } from "./load/request-record.ts";
import { preciseNow } from "./load/send-request.ts";

/** Everything that the load has met so far. */
export class TrafficRecord {
  readonly #load: Pick<LoadThread, "drain">;
  readonly #records: LoadRecord[] = [];
  /** The requests that have ended by their order of sending; those under way are missing. */
  readonly #sent: LoadRecord[] = [];
  /** How many were sent before the first one that is under way. */
  #complete = 0;
  readonly #aborted: AbortSignal;

  constructor(load: Pick<LoadThread, "drain">, aborted: AbortSignal) {
    this.#load = load;
    this.#aborted = aborted;
  }

  /** Every request that has ended, in the order in which they did. */
  async all(): Promise<readonly RequestRecord[]> {
    this.#aborted.throwIfAborted();
    const ended = await this.#load.drain();
    this.#records.push(...ended);
    for (const record of ended) this.#sent[record.sequence] = record;
    while (this.#sent[this.#complete] !== undefined) this.#complete += 1;
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

  /**
   * Waits for that many answers by either colour under one generation of routes.
   *
   * @returns exactly those, the first ones in the order of sending. In the order of answers a colour that is slower, since
   * the machine is busy or it has just begun, would be missing among the first.
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
