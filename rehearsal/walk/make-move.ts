import { Agent } from "node:http";
import { type Colour, colours, otherColour } from "../../rollout/colour.ts";
import type { StageSight } from "../../rollout/gate/stage-sight.ts";
import { isRuleName, judgedTypes } from "../../rollout/names.ts";
import { percentOf } from "../../rollout/split.ts";
import { readPlannedServices } from "../local/fleet.ts";
import { preciseNow, sendRequest } from "../local/load/request.ts";
import { tally, underWay } from "../local/load/tally.ts";
import { publicSplit, readRoutes } from "../local/routes.ts";
import type { ResourceChange } from "../plan/diff-plans.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import type { Check, MoveReport } from "../report/report-schema.ts";
import { measureSplit } from "./measure-split.ts";
import type { Deployment, Edit } from "./rehearsed-program.ts";
import type { StageWorld } from "./stage-world.ts";

/** Checks what a move changes in the cloud. */
export type ExpectedChanges = (changes: readonly ResourceChange[], plan: StagePlan) => readonly Check[] | Check;

/** A step changes the public rule and nothing else. */
export const onlyThePublicRule = (changes: readonly ResourceChange[]): Check => ({
  what: "exactly one cloud resource changes: the public rule",
  held: changes.length === 1 && changes.every(isPublicRule),
  found: listChanges(changes),
});

/** A promote does not change the public rule. */
export const notThePublicRule = (changes: readonly ResourceChange[]): Check => ({
  what: "the public rule does not change",
  held: !changes.some(isPublicRule),
  found: listChanges(changes),
});

function isPublicRule({ type, name }: ResourceChange): boolean {
  return type === judgedTypes.listenerRule && isRuleName(name, "public");
}

/** The changed resources in a few words. */
export function listChanges(changes: readonly ResourceChange[]): string {
  return changes.map(({ kind, name }) => `${kind} ${name}`).join(", ") || "nothing changes";
}

/**
 * Makes one move as a release engineer would: edits the config, plans it by the real program with the record of the move
 * before, applies the planned routes while the load goes on, and measures until the split can be judged.
 *
 * @param sight what the gate is shown; absent for a move that asks no gate
 */
export async function makeMove(
  world: StageWorld,
  name: string,
  edit: Edit,
  expected: ExpectedChanges,
  sight?: StageSight,
): Promise<MoveReport> {
  const { program, terminal } = world;
  terminal.status(`  ${program.stage} ${name}: planning`);
  const deployment = await program.deploy(edit, { sight });
  return await applyAndMeasure(world, name, deployment, expected);
}

/**
 * Applies a planned update and measures it.
 *
 * @param expected absent for the first update, which has nothing to be compared with
 */
export async function applyAndMeasure(
  world: StageWorld,
  name: string,
  { edit, at, plan, changes, planMilliseconds }: Deployment,
  expected?: ExpectedChanges,
): Promise<MoveReport> {
  const { balancer, config, fleet, program, rollback, settings, terminal, traffic, webSocket } = world;
  const candidate = otherColour(plan.record.liveColour);
  const routes = readRoutes(plan);
  await fleet.reconcile(readPlannedServices(plan));

  rollback.apply(plan);
  const appliedAt = preciseNow();
  const generation = await balancer.applyRoutes(routes);
  const acknowledgedAt = preciseNow();
  world.events.push({ at: acknowledgedAt, kind: "update", text: name, greenPercent: publicSplit(routes).green });
  const answered = await traffic.answersUnder(generation, settings.answersPerStep, (answers) =>
    terminal.status(`  ${program.stage} ${name}: ${answers} of ${settings.answersPerStep} answers`),
  );
  const during = (await traffic.all()).filter((record) => record.endedAt >= appliedAt);

  const served = tally(during);
  const inFlight = tally(underWay(during, appliedAt, acknowledgedAt));
  const { split, checks: ofSplit } = await measureSplit({
    balancer,
    publicHost: config.hosts.api,
    plannedPercent: percentOf(publicSplit(routes), candidate),
    candidate,
    candidateGroupArn: routes.targetGroupArns[candidate],
    generation,
    answered,
    judged: world.judgedShares,
  });
  const candidateHost = await askCandidateHost(balancer.port, config.hosts.candidateApi, candidate);
  const webSocketColour = await webSocket.echo();
  return {
    name,
    edit,
    at: at.toISOString(),
    planMilliseconds,
    changes,
    applyMilliseconds: acknowledgedAt - appliedAt,
    split,
    requests: served.requests,
    lost: served.lost,
    underWay: inFlight.requests,
    underWayLost: inFlight.lost,
    latencyMilliseconds: served.latencyMilliseconds,
    candidateHost,
    webSocket: colours.find((colour) => colour === webSocketColour) ?? null,
    checks: [
      ...(expected === undefined ? [] : [expected(changes, plan)].flat()),
      ...ofSplit,
      { what: "no request is lost", held: served.lost === 0, found: `${served.lost} of ${served.requests}` },
      {
        what: "no request in flight at the change is lost",
        held: inFlight.lost === 0,
        found: `${inFlight.lost} of ${inFlight.requests}`,
      },
      {
        what: "the candidate's own host is answered by the candidate",
        held: candidateHost.answeredByCandidate === candidateHost.asked,
        found: `${candidateHost.answeredByCandidate} of ${candidateHost.asked}`,
      },
    ],
  };
}

/** Id of a couple that nobody stores: only who answers is of interest. */
const unknownCouple = "00000000-0000-4000-8000-00000000dead";

/** Sends a few requests to the candidate's own host. @returns how many the candidate answered */
async function askCandidateHost(
  port: number,
  host: string,
  candidate: Colour,
): Promise<{ readonly asked: number; readonly answeredByCandidate: number }> {
  const asked = 5;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const target = { port, host, agent, timeoutSeconds: 5 };
  let answeredByCandidate = 0;
  for (let count = 0; count < asked; count++) {
    const record = await sendRequest(target, "read", unknownCouple, preciseNow());
    if (record.colour === candidate) answeredByCandidate++;
  }
  agent.destroy();
  return { asked, answeredByCandidate };
}
