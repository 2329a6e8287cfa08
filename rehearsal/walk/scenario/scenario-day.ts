import { taskDefinition } from "../../../policies/kinds.ts";
import { byColour, type Colour, colours } from "../../../rollout/colour.ts";
import { readRoutes } from "../../local/routes.ts";
import { arnOf, ofKind, readOutput } from "../../plan/planned-resource.ts";
import { routesOf, type ScenarioWorld } from "./scenario-world.ts";

/** Passes the minutes of a scenario, one after the other. */
export class Day {
  readonly #world: ScenarioWorld;
  #executions = 0;
  #liveRequests = 0;
  #seen = 0;
  #failures = byColour(() => 0);
  readonly #checksPerMinute: number;

  constructor(world: ScenarioWorld) {
    this.#world = world;
    const [group] = readRoutes(world.program.plan).targetGroups;
    this.#checksPerMinute = Math.max(1, Math.round(60 / (group?.healthCheck.intervalSeconds ?? 60)));
  }

  /**
   * The faults of the minute, its requests, health checks, metrics, alarms, events and the check.
   *
   * @param byHand how many people start the machine by hand while its own minute passes
   */
  async passMinute(byHand: number): Promise<void> {
    const world = this.#world;
    const { balancer, fleet, program, rollback, traffic } = world;
    const from = program.now.getTime();
    await this.#setFaults();
    const redeployed = colours.filter((colour) => world.faultOf(colour).deploying);
    await Promise.all([traffic.pass(from), ...redeployed.map((colour) => fleet.redeploy(colour))]);
    await fleet.replaceEnded();
    for (let count = 0; count < this.#checksPerMinute; count++) await balancer.checkTargets();
    program.wait(60);
    world.minute += 1;
    await this.#putMetrics();
    const hands = Array.from({ length: byHand }, () => rollback.execute({}));
    await Promise.all([rollback.passMinute(), ...hands]);
  }

  async #setFaults(): Promise<void> {
    const { balancer, fleet } = this.#world;
    for (const colour of colours) await fleet.api(colour).setFaults(this.#world.faultOf(colour).ofProcess);
    const current = await balancer.current();
    if (current === undefined) throw new Error("The balancer has no routes.");
    const routes = routesOf(this.#world, current.routes);
    if (routes.routes.length !== current.routes.routes.length) await balancer.applyRoutes(routes);
  }

  async #putMetrics(): Promise<void> {
    const { database, fleet, metrics, program, rollback, config, traffic } = this.#world;
    const at = program.now.getTime();
    const counts = await Promise.all(
      colours.map(async (colour) => [colour, await fleet.api(colour).counts()] as const),
    );
    const total = byColour((colour) => counts.find(([one]) => one === colour)?.[1].connectionFailures ?? 0);
    // A process that was replaced counts from 0 again.
    const connectionFailures = byColour((colour) => Math.max(0, total[colour] - this.#failures[colour]));
    this.#failures = total;
    const leaks = colours.some((colour) => this.#world.faultOf(colour).ofProcess.leaksConnections === true);
    metrics.putMinute(at, {
      executions: rollback.executions.slice(this.#executions),
      memoryPercent: (colour) => memoryPercentOf(this.#world, colour),
      connections: leaks ? Math.round((await database.connectionsInUse()) * config.database.maxConnections) : 10,
      connectionFailures,
    });
    this.#executions = rollback.executions.length;
    const { liveColour } = program.plan.record;
    for (const { chosen } of traffic.records.slice(this.#seen)) if (chosen === liveColour) this.#liveRequests++;
    this.#seen = traffic.records.length;
    if (at % 3_600_000 !== 0) return;
    metrics.putHour(at, liveColour, this.#liveRequests);
    this.#liveRequests = 0;
  }
}

/** What a colour's tasks use of the memory that its planned task definition gives them; undefined where nothing is wrong. */
function memoryPercentOf(world: ScenarioWorld, colour: Colour): number | undefined {
  const { memoryMib, memoryPercent } = world.faultOf(colour);
  const { plan } = world.program;
  if (memoryMib === undefined) return memoryPercent;
  const arn = readOutput(plan, "taskDefinitionArns")[colour];
  const planned = ofKind(plan.resources, taskDefinition).find((one) => arnOf(one) === arn);
  return planned === undefined ? undefined : (100 * memoryMib) / Number(planned.inputs["memory"]);
}
