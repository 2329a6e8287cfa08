import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import { isLost, preciseNow, type RequestRecord, sendRequest } from "../../local/load/request.ts";
import type { Scenario } from "./scenario-schema.ts";

/** Where a scenario's requests go. */
interface MinuteTrafficOptions extends Pick<Scenario, "traffic"> {
  /** Port of the balancer on 127.0.0.1. */
  readonly port: number;
  /** The public host. */
  readonly host: string;
}

/** Requests in flight at once. */
const inFlight = 16;
/** Much longer than anything that answers, and than the load balancer waits. */
const answerTimeoutSeconds = 30;
const rowsToReadFrom = 200;

/** Sends the requests of one minute after the other: each as a real HTTP request, at the times of a clock that is turned. */
export class MinuteTraffic {
  readonly records: RequestRecord[] = [];
  readonly #options: MinuteTrafficOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: inFlight, scheduling: "lifo" });
  readonly #acknowledged: string[] = [];
  #due = 0;
  #failingDue = 0;
  #sent = 0;

  constructor(options: MinuteTrafficOptions) {
    this.#options = options;
  }

  /**
   * Sends what is due in a minute, and waits until all of it has ended. What takes longer than the minute counts as ended with it.
   *
   * @param from when the minute begins by the turned clock, milliseconds since 1970
   */
  async pass(from: number): Promise<void> {
    const { requestsPerHour, failingRequestsPerHour } = this.#options.traffic;
    this.#failingDue += failingRequestsPerHour / 60;
    const failing = Math.floor(this.#failingDue + 1e-9);
    this.#failingDue -= failing;
    this.#due += requestsPerHour / 60;
    const all = Math.max(failing, Math.floor(this.#due + 1e-9));
    this.#due -= all;
    const waiting = Array.from({ length: all }, (_, index) => index);
    const sender = async () => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
        await this.#send(from + (60_000 * (index + 0.5)) / all, from + 60_000, index < failing);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, sender));
  }

  /** Closes the connections that it kept. */
  close(): void {
    this.#agent.destroy();
  }

  async #send(sentAt: number, until: number, isFailing: boolean): Promise<void> {
    const { repeatsOfFailure } = this.#options.traffic;
    for (let attempt = 0; attempt <= repeatsOfFailure; attempt++) {
      if (!(await this.#once(sentAt, until, isFailing))) return;
    }
  }

  /** @returns whether it failed */
  async #once(sentAt: number, until: number, isFailing: boolean): Promise<boolean> {
    const { port, host } = this.#options;
    const target = { port, host, agent: this.#agent, timeoutSeconds: answerTimeoutSeconds };
    const { kind, id } = this.#next(isFailing);
    const record = await sendRequest(target, kind, id, preciseNow());
    const endedAt = Math.min(until, sentAt + record.endedAt - record.sentAt);
    this.records.push({ ...record, dueAt: sentAt, sentAt, endedAt });
    if (kind === "write" && !isLost(record)) this.#acknowledged.push(id);
    if (this.#acknowledged.length > rowsToReadFrom) this.#acknowledged.shift();
    return isLost(record);
  }

  /** Every other request writes. The database refuses the id of one that is to fail. */
  #next(isFailing: boolean): { readonly kind: RequestRecord["kind"]; readonly id: string } {
    this.#sent++;
    if (isFailing) return { kind: "write", id: `no-uuid-${this.#sent}` };
    const known = this.#acknowledged[this.#sent % Math.max(1, this.#acknowledged.length)];
    return known === undefined || this.#sent % 2 === 0
      ? { kind: "write", id: randomUUID() }
      : { kind: "read", id: known };
  }
}
