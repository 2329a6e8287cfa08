import { lookAtStage } from "../../../infra/aws/look-at-stage.ts";
import { askGate } from "../../../infra/rollout/ask-gate.ts";
import { scheduleOf, wantedRollout } from "../../../infra/rollout/wanted.ts";
import { taskDefinition } from "../../../policies/kinds.ts";
import { byColour, type Colour, colours } from "../../../rollout/colour.ts";
import { verdictText } from "../../../rollout/gate/verdict.ts";
import { parseLatch } from "../../../rollout/latch.ts";
import { bakeSecondsAt, stepAfter } from "../../../rollout/schedule.ts";
import { readPlannedServices } from "../../local/fleet.ts";
import { isLost } from "../../local/load/request.ts";
import { accountRows } from "../../local/load/tally.ts";
import type { StartedExecution } from "../../local/rollback/automatic-rollback.ts";
import { publicSplit, readRoutes } from "../../local/routes.ts";
import { arnOf, ofKind, readOutput } from "../../plan/planned-resource.ts";
import type { Check, ScenarioReport } from "../../report/report-schema.ts";
import { isRefusal } from "../illegal-moves.ts";
import { onlyThePublicRule } from "../make-move.ts";
import { firstFaultMinute } from "./scenario-faults.ts";
import { alarmWords, candidatePercent, roleWords, routesOf, type ScenarioWorld } from "./scenario-world.ts";

/** What the program answered to the move that a scenario asks for. */
interface AskedOutcome {
  readonly gate: string;
  readonly move: "accepted" | "refused";
  /** What the gate found and does not let the move pass, by the names of the findings. */
  readonly findings: readonly string[];
  /** The program's own words, where it refused. */
  readonly message: string;
}

/** What happened in a scenario. */
export interface ScenarioOutcome {
  /** Null where no move was asked for. */
  readonly asked: AskedOutcome | null;
  readonly alarms: readonly string[];
  /** Who returned the traffic, and how many minutes after the first fault. */
  readonly returned: { readonly by: StartedExecution["startedBy"]; readonly minutes: number } | null;
  readonly requests: number;
  readonly failed: number;
  readonly notices: readonly string[];
  readonly webSockets: { readonly opened: number; readonly kept: number };
  /** Its minutes, on the turned clock. */
  readonly timeline: ScenarioReport["timeline"];
  /** What holds in every scenario. */
  readonly checks: readonly Check[];
}

/** Once the traffic was returned, nothing that matters for the move can still be shown. */
const askMinutesAfterReturn = 5;

/** Runs a scenario to its end. */
export async function runScenario(world: ScenarioWorld, onMinute: (minute: number) => void): Promise<ScenarioOutcome> {
  const { config, program, rollback, scenario, traffic } = world;
  const { ask, faults, goesOn } = scenario;
  const askAt = ask.after ?? bakeSecondsAt(scheduleOf(config.rollout), program.plan.record.weightPercent) / 60;
  const opened = await webSocketColours(world);
  const alarms = new Set<string>();
  const words = alarmWords(world);
  const checks: Check[] = [];
  const timeline: ScenarioReport["timeline"][number][] = [];
  let asked: AskedOutcome | null = null;
  let returned: ScenarioOutcome["returned"] = null;
  let returnedAt = Number.POSITIVE_INFINITY;
  let end = askAt + goesOn;
  const isDue = () => world.minute >= Math.min(askAt, ask.after ?? returnedAt + askMinutesAfterReturn);
  const day = new Day(world);
  for (let isAsked = false; world.minute < end; ) {
    if (!isAsked && isDue()) {
      isAsked = true;
      end = world.minute + goesOn;
      if (ask.move === "step") {
        const { outcome, checks: ofMove } = await askStep(world);
        asked = outcome;
        checks.push(...ofMove);
      }
      if (end <= world.minute) break;
    }
    const before = await candidatePercent(world);
    const sentBefore = traffic.records.length;
    const byHand = ask.move === "rollback" && isAsked && end === world.minute + goesOn ? 2 : 0;
    await day.passMinute(byHand);
    const now = program.now.getTime();
    for (const name of firingAt(world, words, now)) alarms.add(name);
    const percent = await candidatePercent(world);
    const ended = traffic.records.slice(sentBefore);
    timeline.push({
      minute: world.minute,
      candidatePercent: percent,
      requests: ended.length,
      ofCandidate: ended.filter(({ chosen }) => chosen === program.candidate).length,
      failed: ended.filter(isLost).length,
    });
    if (returned === null && before > 0 && percent === 0) {
      const by = rollback.executions.findLast(({ calls }) => calls.some(movesTraffic))?.startedBy ?? "hand";
      returned = { by, minutes: world.minute - firstFaultMinute(faults) };
      returnedAt = world.minute;
    }
    onMinute(world.minute);
  }
  const closed = await webSocketColours(world);
  const kept = opened.filter((colour, index) => colour !== undefined && colour === closed[index]).length;
  return {
    asked,
    alarms: [...new Set([...alarms, ...firedComposites(world, words)])].sort(),
    returned,
    requests: traffic.records.length,
    failed: traffic.records.filter(isLost).length,
    notices: rollback.notices.map(({ subject }) => subject),
    webSockets: { opened: opened.length, kept },
    timeline,
    checks: [...checks, ...(await closingChecks(world))],
  };
}

const movesTraffic = ({ action, error }: StartedExecution["calls"][number]) =>
  action.endsWith(":modifyRule") && error === undefined;

function firingAt({ alarms }: ScenarioWorld, words: ReadonlyMap<string, string>, at: number): readonly string[] {
  const states = alarms.statesAt(at, [...words.keys()]);
  return [...words].flatMap(([name, word]) => (states[name] === "ALARM" ? [word] : []));
}

/** The machine returns the traffic in the minute in which an alarm goes off, and may so end it within that minute. */
function firedComposites(world: ScenarioWorld, words: ReadonlyMap<string, string>): readonly string[] {
  const watched = new Set(words.values());
  return world.rollback.changes
    .filter(({ to }) => to === "ALARM")
    .flatMap(({ name, firing }) => [name, ...firing].map((one) => roleWords(one, world)))
    .filter((word) => watched.has(word));
}

async function webSocketColours({ webSockets }: ScenarioWorld): Promise<readonly (string | undefined)[]> {
  return await Promise.all(webSockets.map((probe) => probe.echo()));
}

/** Passes the minutes of a scenario, one after the other. */
class Day {
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

/** Asks for the next step of the schedule, as a person would: by an edit of the stack file. */
async function askStep(
  world: ScenarioWorld,
): Promise<{ readonly outcome: AskedOutcome; readonly checks: readonly Check[] }> {
  const { aws, balancer, config, fleet, program, rollback } = world;
  const { record, outputs } = program.plan;
  const schedule = scheduleOf(config.rollout);
  const next = stepAfter(schedule, record.weightPercent)?.weightPercent;
  if (next === undefined) throw new Error(`The schedule has no step after ${record.weightPercent} %. Ask for nothing.`);
  const current = await balancer.current();
  if (current === undefined) throw new Error("The balancer has no routes.");
  const realWeights = publicSplit(current.routes);
  const latch = parseLatch(rollback.latch);
  const sight = await lookAtStage(aws, record, program.now);
  const wanted = wantedRollout({ ...config, candidateWeight: next });
  const gate = await askGate({
    move: { previous: record, wanted, schedule, latch, realWeights, now: program.now, timeZone: config.timeZone },
    stage: program.stage,
    config,
    outputs,
    world: { lookAtStage: async () => sight },
  });
  const answered = {
    gate: gate.asked === null ? "not asked" : verdictText(gate.asked),
    findings: (gate.asked?.findings ?? [])
      .filter(({ verdict }) => verdict === "fail" || verdict === "not enough data")
      .map(({ what }) => findingWords(what, world))
      .sort(),
  };
  try {
    const { changes, plan } = await program.deploy({ candidateWeight: next }, { sight, latch, realWeights });
    rollback.apply(plan);
    await fleet.reconcile(readPlannedServices(plan));
    await balancer.applyRoutes(routesOf(world, readRoutes(plan)));
    const outcome: AskedOutcome = { ...answered, move: "accepted", message: "" };
    const agrees = gate.refusals.length === 0;
    return { outcome, checks: [onlyThePublicRule(changes), saysTheSame(agrees, gate.refusals.length)] };
  } catch (error) {
    if (!(error instanceof Error && isRefusal(error))) throw error;
    const { message } = error;
    const unsaid = gate.refusals.filter((refusal) => !message.includes(withoutQuestion(refusal.message)));
    return {
      outcome: { ...answered, move: "refused", message },
      checks: [saysTheSame(unsaid.length === 0, unsaid.length)],
    };
  }
}

/** The beginning of what a refusal says, without what was asked for. Further on it may name the stage. */
function withoutQuestion(message: string): string {
  return message.replace(/^You asked for \S+ %\. /, "").slice(0, 60);
}

function saysTheSame(held: boolean, count: number): Check {
  return {
    what: "the program says of the gate what the gate says when it is asked by itself",
    held,
    found: held ? "the same" : `${count} of its refusals are missing`,
  };
}

/** Alarms by role, as the scenarios name them. */
function findingWords(what: string, world: ScenarioWorld): string {
  if (!what.startsWith("alarm ")) return what;
  return `alarm ${alarmWords(world).get(what.slice("alarm ".length)) ?? what}`;
}

async function closingChecks({ database, fleet, traffic }: ScenarioWorld): Promise<readonly Check[]> {
  // Their connections may be all that the database has.
  await fleet.stop();
  const { acknowledged, lost } = accountRows(traffic.records, await database.storedIds());
  return [
    {
      what: "no acknowledged row is lost (guide C4)",
      held: lost.length === 0 && acknowledged > 0,
      found: `${lost.length} of ${acknowledged}`,
    },
  ];
}
