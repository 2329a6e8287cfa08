import { lookAtStage } from "../../../infra/aws/look-at-stage.ts";
import { askGate } from "../../../infra/rollout/ask-gate.ts";
import { scheduleOf, wantedRollout } from "../../../infra/rollout/wanted.ts";
import { otherColour } from "../../../rollout/colour.ts";
import { verdictText } from "../../../rollout/gate/verdict.ts";
import { parseLatch } from "../../../rollout/latch.ts";
import { stepAfter } from "../../../rollout/schedule.ts";
import { formatSplit, isSameSplit, percentOf, type Split } from "../../../rollout/split.ts";
import { readPlannedServices } from "../../local/fleet.ts";
import { publicSplit, readRoutes } from "../../local/routes.ts";
import type { ResourceChange } from "../../plan/diff-plans.ts";
import type { Check } from "../../report/report-schema.ts";
import { isRefusal } from "../illegal-moves.ts";
import { notThePublicRule, onlyThePublicRule } from "../make-move.ts";
import type { Edit } from "../rehearsed-program.ts";
import { alarmWords } from "./alarm-words.ts";
import { routesOf, type ScenarioWorld } from "./scenario-world.ts";

/** What the program answered to a move that a scenario asks for. */
export interface AskedOutcome {
  readonly gate: string;
  readonly move: "accepted" | "refused";
  /** What the gate found and does not let the move pass, by the names of the findings. */
  readonly findings: readonly string[];
  /** The program's own words, where it refused. */
  readonly message: string;
}

/** An answer, and what holds of such a move in every scenario. */
interface Answer {
  readonly outcome: AskedOutcome;
  readonly checks: readonly Check[];
}

/** What an accepted move did. */
interface Done {
  readonly changes: readonly ResourceChange[];
  /** What the public rule gave each colour before it, and what it gives after it. */
  readonly before: Split;
  readonly after: Split;
}

/** Asks for the next step of the schedule. @throws {Error} where there is none */
export async function askStep(world: ScenarioWorld): Promise<Answer> {
  const { config, program } = world;
  const { weightPercent } = program.plan.record;
  const next = stepAfter(scheduleOf(config.rollout), weightPercent)?.weightPercent;
  if (next === undefined) throw new Error(`The schedule has no step after ${weightPercent} %. Ask for promote.`);
  return await ask(world, { candidateWeight: next }, ({ changes }) => [onlyThePublicRule(changes)]);
}

/** Asks for the promote: the candidate becomes live, and the weight goes to 0. Public traffic must not move. */
export async function askPromote(world: ScenarioWorld): Promise<Answer> {
  const { fleet, program } = world;
  const { candidate } = program;
  const old = otherColour(candidate);
  const kept = fleet.api(old).release;
  return await ask(world, { liveColour: candidate, candidateWeight: 0 }, ({ changes, before, after }) => {
    const { liveColour, weightPercent } = program.plan.record;
    return [
      notThePublicRule(changes),
      {
        what: "a promote moves no public traffic",
        held: isSameSplit(before, after) && percentOf(after, candidate) === 100,
        found: `${formatSplit(before)}, then ${formatSplit(after)}`,
      },
      {
        what: "after a promote the candidate of before is live, and the weight is 0",
        held: liveColour === candidate && weightPercent === 0,
        found: `${liveColour} is live, and the weight is ${weightPercent} %`,
      },
      {
        what: "after a promote the old colour keeps its release",
        held: fleet.api(old).release === kept,
        found: `${fleet.api(old).release} for ${kept}`,
      },
    ];
  });
}

/** Asks for the return: the version that was live before the promote is live again, and has all public traffic. */
export async function askReturn(world: ScenarioWorld): Promise<Answer> {
  const old = world.program.candidate;
  return await ask(world, { liveColour: old, candidateWeight: 0 }, ({ after }) => [
    {
      what: "after a return the version of before has all public traffic",
      held: percentOf(after, old) === 100 && world.program.plan.record.liveColour === old,
      found: formatSplit(after),
    },
  ]);
}

/** Asks for a move, as a person would: by an edit of the stack file. */
async function ask(world: ScenarioWorld, edit: Edit, checksOf: (done: Done) => readonly Check[]): Promise<Answer> {
  const { aws, balancer, config, fleet, program, rollback } = world;
  const { record, outputs } = program.plan;
  const schedule = scheduleOf(config.rollout);
  const current = await balancer.current();
  if (current === undefined) throw new Error("The balancer has no routes.");
  const realWeights = publicSplit(current.routes);
  const latch = parseLatch(rollback.latch);
  const sight = await lookAtStage(aws, record, program.now);
  const wanted = wantedRollout({ ...config, ...edit });
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
    const { changes, plan } = await program.deploy(edit, { sight, latch, realWeights });
    rollback.apply(plan);
    await fleet.reconcile(readPlannedServices(plan));
    const routes = readRoutes(plan);
    await balancer.applyRoutes(routesOf(world, routes));
    const outcome: AskedOutcome = { ...answered, move: "accepted", message: "" };
    const done = { changes, before: realWeights, after: publicSplit(routes) };
    const agrees = gate.refusals.length === 0;
    return { outcome, checks: [...checksOf(done), saysTheSame(agrees, gate.refusals.length)] };
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
  return message.replace(/^You asked (for \S+ %|to promote \w+)\. /, "").slice(0, 60);
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
