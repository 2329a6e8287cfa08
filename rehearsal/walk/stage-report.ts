import type { Check, StageReport } from "../report/report-schema.ts";
import type { Deployment } from "./rehearsed-program.ts";

/** The plan of the first update: how many resources it has, and which policies they violate. */
export function describePlan({ plan, planMilliseconds }: Deployment): StageReport["plan"] {
  const managed = plan.resources.filter(({ custom, type }) => custom && type !== "pulumi:pulumi:StackReference");
  const byProvider: Record<string, number> = {};
  for (const { type } of managed) {
    const [provider = type] = type.split(":");
    byProvider[provider] = (byProvider[provider] ?? 0) + 1;
  }
  return {
    milliseconds: planMilliseconds,
    resources: managed.length,
    components: plan.resources.filter(({ custom, type }) => !custom && type.startsWith("celebrant:")).length,
    byProvider,
    findings: plan.findings.map(({ policy, urn, message }) => ({ policy, urn, message })),
  };
}

/** A stage's report before its checks. */
export type MeasuredStage = Omit<StageReport, "checks">;

/** All checks of a stage, those of its parts included. */
export function stageChecks(
  measured: MeasuredStage,
  stopped: { readonly all: number; readonly inOrder: number },
): Check[] {
  const { plan, fitness, balancer, database, moves, refusals, rollback, reachedLimit, requests, rows } = measured;
  const lostOtherwise = requests.lost - requests.failedByFault;
  const kept = keptWebSockets(moves);
  return [
    {
      what: "the plan violates no policy",
      held: plan.findings.length === 0,
      found: plan.findings.map(({ policy }) => policy).join(", ") || "no violation",
    },
    ...fitness.checks.map((check) => ({ ...check, what: `alarms: ${check.what}` })),
    ...balancer.map((check) => ({ ...check, what: `balancer: ${check.what}` })),
    ...database.checks,
    ...moves.flatMap((move) => move.checks.map((check) => ({ ...check, what: `${move.name}: ${check.what}` }))),
    ...refusals.map(({ name, held, message }) => ({ what: `refused: ${name}`, held, found: message })),
    ...rollback.checks.map((check) => ({ ...check, what: `rollback: ${check.what}` })),
    ...(reachedLimit?.assertions ?? []).map((check) => ({ ...check, what: `limit: ${check.what}` })),
    {
      what: "a WebSocket opened before a release's first step stays with its colour until after the promote",
      held: kept.length > 0 && kept.every(({ before, after }) => after !== null && after === before),
      found: kept.map(({ after }) => after ?? "closed").join(", ") || "no promote",
    },
    {
      what: "no request is lost, except by the fault",
      held: lostOtherwise === 0,
      found: `${lostOtherwise} of ${requests.sent}`,
    },
    {
      what: "clients and tasks count the same requests",
      held: requests.countedByTasks === requests.reachedTask && requests.reachedTask > 0,
      found: `${requests.reachedTask} reached a task, and the tasks counted ${requests.countedByTasks}`,
    },
    {
      what: "no acknowledged row is lost (guide C4)",
      held: rows.lost === 0 && rows.acknowledged > 0,
      found: `${rows.lost} of ${rows.acknowledged}`,
    },
    {
      what: "the database has no row that the load did not write",
      held: rows.foreign === 0,
      found: `${rows.foreign} of ${rows.stored}`,
    },
    {
      what: "each replaced process finishes its requests and ends by itself",
      held: stopped.inOrder === stopped.all,
      found: `${stopped.inOrder} of ${stopped.all}`,
    },
  ];
}

/** For each promote: the colour that answered the WebSocket at the release's first move, and after the promote. */
function keptWebSockets(moves: MeasuredStage["moves"]) {
  const promotes = moves.flatMap(({ edit }, index) => ("liveColour" in edit ? [index] : []));
  return promotes.map((index, count) => {
    const first = count === 0 ? 0 : (promotes[count - 1] ?? 0) + 1;
    return { before: moves[first]?.webSocket ?? null, after: moves[index]?.webSocket ?? null };
  });
}
