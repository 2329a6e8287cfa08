import { colours, otherColour } from "../../rollout/colour.ts";
import { isRuleName, judgedTypes } from "../../rollout/names.ts";
import { readPlannedServices } from "../local/fleet.ts";
import { preciseNow } from "../local/load/request.ts";
import { tally, underWay } from "../local/load/tally.ts";
import { readRoutes } from "../local/routes.ts";
import { judgeSplit } from "../local/split.ts";
import type { ResourceChange } from "../plan/diff-plans.ts";
import type { Check, MoveReport } from "../report/report-schema.ts";
import { askCandidateHost } from "./candidate-host.ts";
import { plannedPercent } from "./planned-share.ts";
import type { Deployment, Edit } from "./rehearsed-program.ts";
import type { StageContext } from "./stage-context.ts";

/** What a move must change in the cloud. */
export type ExpectedChanges = (changes: readonly ResourceChange[]) => Check;

/** A step: the public rule's weights, and nothing else. */
export const onlyThePublicRule: ExpectedChanges = (changes) => ({
  what: "exactly one cloud resource changes, the public rule",
  held: changes.length === 1 && changes.every(({ name }) => isRuleName(name, "public")),
  found: describe(changes),
});

/** A promote: anything but the public rule. */
export const notThePublicRule: ExpectedChanges = (changes) => ({
  what: "the public rule does not change",
  held: !changes.some(({ type, name }) => type === judgedTypes.listenerRule && isRuleName(name, "public")),
  found: describe(changes),
});

/**
 * Makes one move as a release engineer would: edits the config, has the real program plan it with the record of the move
 * before, and applies the planned routes while the load keeps running; then measures until the split can be judged.
 */
export async function makeMove(
  context: StageContext,
  name: string,
  edit: Edit,
  expected: ExpectedChanges,
): Promise<MoveReport> {
  const { program, terminal } = context;
  terminal.status(`  ${program.stage} ${name}: planning`);
  const deployment = await program.deploy(edit);
  return await applyAndMeasure(context, name, deployment, expected);
}

/**
 * Applies a planned update and measures it.
 *
 * @param expected absent for a first deployment, which has nothing to be compared with
 */
export async function applyAndMeasure(
  context: StageContext,
  name: string,
  { edit, at, plan, changes, planMilliseconds }: Deployment,
  expected?: ExpectedChanges,
): Promise<MoveReport> {
  const { balancer, config, fleet, program, rollback, settings, terminal, traffic } = context;
  const candidate = otherColour(plan.record.liveColour);
  const routes = readRoutes(plan);
  await fleet.reconcile(readPlannedServices(plan));

  rollback.apply(plan);
  const appliedAt = preciseNow();
  const generation = await balancer.applyRoutes(routes);
  const acknowledgedAt = preciseNow();
  const answered = await traffic.answersUnder(generation, settings.answersPerStep, (answers) =>
    terminal.status(`  ${program.stage} ${name}: ${answers} of ${settings.answersPerStep} answers`),
  );
  const during = (await traffic.all()).filter((record) => record.endedAt >= appliedAt);

  const served = tally(during);
  const swapped = tally(underWay(during, appliedAt, acknowledgedAt));
  const byCandidate = answered.filter((record) => record.colour === candidate).length;
  const split = judgeSplit(plannedPercent(routes, candidate), byCandidate, answered.length);
  const candidateHost = await askCandidateHost(balancer.port, config.hosts.candidateApi, candidate);
  const webSocket = await context.webSocket.echo();
  return {
    name,
    edit: { ...edit },
    at: at.toISOString(),
    planMilliseconds,
    changes: [...changes].map((change) => ({ ...change, properties: [...change.properties] })),
    applyMilliseconds: acknowledgedAt - appliedAt,
    split,
    requests: served.requests,
    lost: served.lost,
    underWay: swapped.requests,
    underWayLost: swapped.lost,
    latencyMilliseconds: served.latencyMilliseconds,
    candidateHost,
    webSocket: colours.find((colour) => colour === webSocket) ?? null,
    checks: [
      ...(expected === undefined ? [] : [expected(changes)]),
      {
        what: `the candidate serves its planned ${split.plannedPercent} %`,
        held: split.held,
        found: `${byCandidate} of ${split.answers}`,
      },
      noneLost("requests lost", served.lost, served.requests),
      noneLost("requests lost while the routes were swapped", swapped.lost, swapped.requests),
      {
        what: "the candidate's own host is answered by the candidate",
        held: candidateHost.answeredByCandidate === candidateHost.asked,
        found: `${candidateHost.answeredByCandidate} of ${candidateHost.asked}`,
      },
    ],
  };
}

function noneLost(what: string, lost: number, requests: number): Check {
  return { what: `no ${what}`, held: lost === 0, found: `${lost} of ${requests}` };
}

function describe(changes: readonly ResourceChange[]): string {
  return changes.length === 0 ? "nothing changes" : changes.map(({ kind, name }) => `${kind} ${name}`).join(", ");
}
