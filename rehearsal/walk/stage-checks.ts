import type { Check, StageReport } from "../report/report-schema.ts";

/** A stage's report as it is built up; its checks come last. */
export type MeasuredStage = Omit<StageReport, "checks">;

/** Everything that must hold of a stage. */
export function stageChecks(
  measured: MeasuredStage,
  stopped: { readonly all: number; readonly inOrder: number },
): Check[] {
  const { plan, database, moves, refusals, rollback, requests, rows } = measured;
  const lostOtherwise = requests.lost - requests.failedByFault;
  const kept = keptWebSockets(moves);
  return [
    {
      what: "the plan violates no policy",
      held: plan.findings.length === 0,
      found: plan.findings.map(({ policy }) => policy).join(", ") || "no violation",
    },
    ...database.checks,
    ...moves.flatMap((move) => move.checks.map((check) => ({ ...check, what: `${move.name}: ${check.what}` }))),
    ...refusals.map(({ name, held, message }) => ({ what: `refused: ${name}`, held, found: message })),
    ...rollback.checks.map((check) => ({ ...check, what: `rollback: ${check.what}` })),
    {
      what: "a WebSocket opened before a release's walk stays with its colour until after promote",
      held: kept.length > 0 && kept.every(({ before, after }) => after !== null && after === before),
      found: kept.map(({ after }) => after ?? "closed").join(", ") || "no promote",
    },
    {
      what: "no request is lost but for the fault",
      held: lostOtherwise === 0,
      found: `${lostOtherwise} of ${requests.sent}`,
    },
    {
      what: "no acknowledged row is lost (guide C4)",
      held: rows.lost === 0 && rows.acknowledged > 0,
      found: `${rows.lost} of ${rows.acknowledged}`,
    },
    { what: "no row is there that nobody wrote", held: rows.foreign === 0, found: `${rows.foreign} of ${rows.stored}` },
    {
      what: "replaced processes finish what they have and end by themselves",
      held: stopped.inOrder === stopped.all,
      found: `${stopped.inOrder} of ${stopped.all}`,
    },
  ];
}

/** Who answered the WebSocket at the first move of each release that was promoted, and after the promote. */
function keptWebSockets(moves: MeasuredStage["moves"]) {
  const promotes = moves.flatMap(({ edit }, index) => ("liveColour" in edit ? [index] : []));
  return promotes.map((index, count) => {
    const first = count === 0 ? 0 : (promotes[count - 1] ?? 0) + 1;
    return { before: moves[first]?.webSocket ?? null, after: moves[index]?.webSocket ?? null };
  });
}
