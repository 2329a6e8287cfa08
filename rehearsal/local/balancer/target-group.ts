import type { PlannedTargetGroup } from "../routes/target-group-inputs.ts";
import { Target } from "./target.ts";
import type { TargetState } from "./target-health.ts";

/** What a target group looks like from outside. */
export interface TargetGroupStatus {
  readonly arn: string;
  readonly name: string;
  /** Requests that found no connection to a target, since the group began; those of targets that are gone included. */
  readonly connectionErrors: number;
  readonly targets: readonly {
    readonly port: number;
    readonly state: TargetState;
    readonly inFlight: number;
    /** Requests sent to it since it was registered, without health checks. */
    readonly requests: number;
  }[];
}

/** One planned target group and the processes registered with it. */
export class TargetGroup {
  planned: PlannedTargetGroup;
  readonly #targets: Target[] = [];
  readonly #timeFactor: number;
  #next = 0;
  #connectionErrorsOfGone = 0;

  constructor(planned: PlannedTargetGroup, timeFactor: number) {
    this.planned = planned;
    this.#timeFactor = timeFactor;
  }

  register(port: number): void {
    const target = new Target(port);
    this.#targets.push(target);
    target.startChecks(() => this.planned.healthCheck, this.#timeFactor);
  }

  /** Drains the target and forgets it. */
  async deregister(port: number): Promise<void> {
    const target = this.#targets.find((candidate) => candidate.port === port && candidate.state !== "draining");
    if (target === undefined) throw new Error(`Target group ${this.planned.name} has no target on port ${port}.`);
    await target.drain((this.planned.deregistrationDelaySeconds * 1000) / this.#timeFactor);
    this.#connectionErrorsOfGone += target.connectionErrors;
    this.#targets.splice(this.#targets.indexOf(target), 1);
  }

  /**
   * The next target in turn: a healthy one, or, when every checked one is unhealthy, any of those, because a load
   * balancer fails open (AWS: "Health checks for Application Load Balancer target groups").
   *
   * @returns undefined when no target is registered, or none was checked yet: the client is answered 503
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
    return { arn: this.planned.arn, name: this.planned.name, connectionErrors, targets };
  }

  /** Breaks everything off at once. */
  async close(): Promise<void> {
    await Promise.all(this.#targets.map((target) => target.drain(0)));
  }
}
