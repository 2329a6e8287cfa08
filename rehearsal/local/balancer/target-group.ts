import { Agent } from "node:http";
import type { Colour } from "../../../rollout/colour.ts";
import type { PlannedHealthCheck, PlannedTargetGroup } from "../routes.ts";
import { GroupCounter, type GroupCounts } from "./group-counter.ts";
import { afterCheck, checkHealth, initialHealth, type TargetHealth, type TargetState } from "./health.ts";

/** What a target group reports of itself. */
export interface TargetGroupStatus {
  readonly arn: string;
  /** Logical name. */
  readonly name: string;
  readonly colour: Colour;
  /** Requests that could not connect to a target since the group was made, including targets that are gone. */
  readonly connectionErrors: number;
  readonly counts: GroupCounts;
  readonly targets: readonly {
    readonly port: number;
    readonly state: TargetState;
    readonly inFlight: number;
    /** Requests sent to it since it was registered, without health checks. */
    readonly requests: number;
  }[];
}

/** How a target group's time passes. */
export interface TargetGroupOptions {
  /** How many times faster than planned health check intervals and deregistration delays pass. Timeouts stay as planned. */
  readonly timeFactor: number;
  /** Whether targets are checked when they are registered and then only on demand, for a clock that is turned. Default false. */
  readonly checksOnDemand?: boolean;
}

/** One planned target group and the processes that are registered with it. */
export class TargetGroup {
  planned: PlannedTargetGroup;
  readonly counter = new GroupCounter();
  readonly #targets: Target[] = [];
  readonly #options: TargetGroupOptions;
  #next = 0;
  #connectionErrorsOfGone = 0;

  constructor(planned: PlannedTargetGroup, options: TargetGroupOptions) {
    this.planned = planned;
    this.#options = options;
  }

  register(port: number): void {
    const target = new Target(port, this);
    this.#targets.push(target);
    target.startChecks(() => this.planned.healthCheck, this.#options);
  }

  /** Checks every target once, now. */
  async check(): Promise<void> {
    await Promise.all(this.#targets.map((target) => target.check(this.planned.healthCheck)));
  }

  /** Drains a target and removes it. */
  async deregister(port: number): Promise<void> {
    const target = this.#targets.find((candidate) => candidate.port === port && candidate.state !== "draining");
    if (target === undefined) throw new Error(`Target group ${this.planned.name} has no target on port ${port}.`);
    await target.drain((this.planned.deregistrationDelaySeconds * 1000) / this.#options.timeFactor);
    this.#connectionErrorsOfGone += target.connectionErrors;
    this.#targets.splice(this.#targets.indexOf(target), 1);
  }

  /**
   * The next healthy target in turn. When every checked target is unhealthy, it is the next unhealthy one: a load balancer
   * fails open (AWS: "Health checks for Application Load Balancer target groups").
   *
   * @returns undefined when no target is registered or none was checked yet; the client then gets 503
   */
  pick(): Target | undefined {
    const healthy = this.#targets.filter((target) => target.state === "healthy");
    const usable = healthy.length > 0 ? healthy : this.#targets.filter((target) => target.state === "unhealthy");
    this.#next = usable.length === 0 ? 0 : (this.#next + 1) % usable.length;
    return usable[this.#next];
  }

  status(): TargetGroupStatus {
    const targets = this.#targets.map(({ port, state, inFlight, requests }) => ({ port, state, inFlight, requests }));
    const connectionErrors = this.#targets.reduce(
      (sum, target) => sum + target.connectionErrors,
      this.#connectionErrorsOfGone,
    );
    const { arn, name, colour } = this.planned;
    return { arn, name, colour, connectionErrors, counts: this.counter.counts(), targets };
  }

  /** Breaks off everything at once. */
  async close(): Promise<void> {
    await Promise.all(this.#targets.map((target) => target.drain(0)));
  }
}

/** A request or a WebSocket that a target has not finished. */
interface Exchange {
  /** Breaks it off. */
  destroy(): void;
}

/** One registered target: a process on this machine, its health, and the requests in flight. */
export class Target {
  /** Port on 127.0.0.1. */
  readonly port: number;
  readonly #group: TargetGroup;
  readonly agent = new Agent({ keepAlive: true, maxSockets: 256, scheduling: "lifo" });
  /** Requests that were sent to it, without health checks. */
  requests = 0;
  /** Requests that could not connect to it. */
  connectionErrors = 0;
  #health: TargetHealth = initialHealth;
  #timer: NodeJS.Timeout | undefined;
  readonly #exchanges = new Set<Exchange>();
  #whenIdle: (() => void) | undefined;

  constructor(port: number, group: TargetGroup) {
    this.port = port;
    this.#group = group;
  }

  /** Counts the requests of its target group. */
  get counter(): GroupCounter {
    return this.#group.counter;
  }

  /** The colour of its target group. */
  get colour(): Colour {
    return this.#group.planned.colour;
  }

  get state(): TargetState {
    return this.#health.state;
  }

  get inFlight(): number {
    return this.#exchanges.size;
  }

  /**
   * Checks its health now, and at each interval until it drains.
   *
   * @param settings asked before each check, so that changed settings count from the next check on
   */
  startChecks(settings: () => PlannedHealthCheck, { timeFactor, checksOnDemand }: TargetGroupOptions): void {
    const check = async () => {
      const current = settings();
      await this.check(current);
      if (this.state === "draining" || checksOnDemand === true) return;
      this.#timer = setTimeout(check, (current.intervalSeconds * 1000) / timeFactor);
    };
    void check();
  }

  /** Checks its health once. */
  async check(settings: PlannedHealthCheck): Promise<void> {
    const passed = await checkHealth(this.port, settings);
    if (this.state !== "draining") this.#health = afterCheck(this.#health, passed, settings);
  }

  begin(exchange: Exchange): void {
    this.requests++;
    this.counter.choose();
    this.#exchanges.add(exchange);
  }

  end(exchange: Exchange): void {
    this.#exchanges.delete(exchange);
    if (this.#exchanges.size === 0) this.#whenIdle?.();
  }

  /**
   * Takes no new request. Requests in flight may finish within the delay; after it they are broken off. Ends at once when
   * nothing is in flight (AWS: "Deregistration delay").
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
