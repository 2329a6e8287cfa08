import { Agent } from "node:http";
import type { PlannedHealthCheck } from "../routes/target-group-inputs.ts";
import { checkHealth } from "./health-check.ts";
import { afterCheck, initialHealth, type TargetHealth, type TargetState } from "./target-health.ts";

/** A request or a WebSocket that a target has not finished with. */
export interface Exchange {
  /** Breaks it off. */
  destroy(): void;
}

/** One registered target: a process on this machine, its health, and what it is busy with. */
export class Target {
  /** Port on 127.0.0.1. */
  readonly port: number;
  readonly agent = new Agent({ keepAlive: true, maxSockets: 256, scheduling: "lifo" });
  /** Requests that were sent to it, without health checks. */
  requests = 0;
  /** Requests that found no connection to it. */
  connectionErrors = 0;
  #health: TargetHealth = initialHealth;
  #timer: NodeJS.Timeout | undefined;
  readonly #exchanges = new Set<Exchange>();
  #whenIdle: (() => void) | undefined;

  constructor(port: number) {
    this.port = port;
  }

  get state(): TargetState {
    return this.#health.state;
  }

  get inFlight(): number {
    return this.#exchanges.size;
  }

  /**
   * Checks its health now and then at each interval until it drains.
   *
   * @param settings asked before each check, so that new settings count from the next one on
   * @param timeFactor how many times faster than planned the intervals pass
   */
  startChecks(settings: () => PlannedHealthCheck, timeFactor: number): void {
    const check = async () => {
      const current = settings();
      const passed = await checkHealth(this.port, current);
      if (this.state === "draining") return;
      this.#health = afterCheck(this.#health, passed, current);
      this.#timer = setTimeout(check, (current.intervalSeconds * 1000) / timeFactor);
    };
    void check();
  }

  begin(exchange: Exchange): void {
    this.requests++;
    this.#exchanges.add(exchange);
  }

  end(exchange: Exchange): void {
    this.#exchanges.delete(exchange);
    if (this.#exchanges.size === 0) this.#whenIdle?.();
  }

  /**
   * Takes no new request; what it has may finish within the delay and is broken off after it. Ends at once when there is
   * nothing to wait for (AWS: "Deregistration delay").
   */
  async drain(delayMilliseconds: number): Promise<void> {
    this.#health = { ...this.#health, state: "draining" };
    clearTimeout(this.#timer);
    if (this.inFlight > 0) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#whenIdle = resolve;
      const timer = setTimeout(resolve, delayMilliseconds);
      await promise;
      clearTimeout(timer);
    }
    for (const exchange of this.#exchanges) exchange.destroy();
    this.agent.destroy();
  }
}
