import { clopperPearson } from "../../rollout/core/binomial.ts";
import { isLost, type RequestRecord } from "../local/load/request-record.ts";
import { preciseNow } from "../local/load/send-request.ts";
import { tally } from "../local/load/tally.ts";
import { readRoutes } from "../local/routes.ts";
import { judgeSplit, splitConfidence } from "../local/split.ts";
import type { RollbackReport } from "../report/report-schema.ts";
import { onlyThePublicRule } from "./make-move.ts";
import { candidateOf, type StageContext } from "./stage-context.ts";

/** Share of the candidate's requests that fail once it is made to. */
const errorRate = 0.4;

/**
 * Makes the candidate fail while it has traffic, notices it by its error rate, rolls back by an update to weight 0, and
 * measures until no request reaches it. The rollback that AWS does by itself is not part of this.
 */
export async function failAndRollBack(context: StageContext): Promise<RollbackReport> {
  const { balancer, config, fleet, program, settings, terminal, traffic } = context;
  const candidate = candidateOf(program);
  const api = fleet.api(candidate);
  terminal.status(`  ${program.stage}: ${candidate} fails`);
  await api.setFaults({ errorRate });
  const failsFrom = preciseNow();
  const ofCandidate = (records: readonly RequestRecord[], from: number) =>
    records.filter((record) => record.colour === candidate && record.endedAt >= from);

  const seen = await traffic.until("an error rate above the alarm's", 20, (records) =>
    isFailing(ofCandidate(records, failsFrom), config.alerts.errorRatePercent),
  );
  const noticedAt = preciseNow();
  const sample = ofCandidate(seen, failsFrom);

  terminal.status(`  ${program.stage}: rolling back`);
  const { changes, plan, planMilliseconds } = await program.deploy({ candidateWeight: 0 });
  const appliedAt = preciseNow();
  const generation = await balancer.applyRoutes(readRoutes(plan.resources));
  const acknowledgedAt = preciseNow();
  await traffic.answersUnder(generation, settings.answersPerStep);
  const countedAtFirst = await api.requestCount();
  const records = await traffic.until(
    "as many answers again",
    20,
    (all) => answeredUnder(all, generation) >= 2 * settings.answersPerStep,
  );
  const countedAtLast = await api.requestCount();
  await api.setFaults({});

  const underNewRoutes = records.filter((record) => record.generation === generation);
  const lastAnswer = Math.max(acknowledgedAt, ...ofCandidate(records, noticedAt).map((record) => record.endedAt));
  const lostAfter = underNewRoutes.filter(isLost).length;
  const failures = records.filter((record) => record.endedAt >= failsFrom && isLost(record));
  const split = judgeSplit(0, ofCandidate(underNewRoutes, 0).length, underNewRoutes.length);
  return {
    fault: `${candidate} answers ${errorRate * 100} % of its requests with 500`,
    noticedMilliseconds: noticedAt - failsFrom,
    candidateErrorPercent: (sample.filter(isLost).length / sample.length) * 100,
    planMilliseconds,
    changes: [...changes].map((change) => ({ ...change, properties: [...change.properties] })),
    applyMilliseconds: acknowledgedAt - appliedAt,
    lastCandidateAnswerMilliseconds: lastAnswer - noticedAt,
    split,
    latencyMilliseconds: tally(underNewRoutes).latencyMilliseconds,
    candidateRequestsAfter: countedAtLast - countedAtFirst,
    lostAfter,
    failedByFault: failures.length,
    checks: [
      onlyThePublicRule(changes),
      {
        what: "no request reaches the candidate under the new routes",
        held: split.held,
        found: `${split.candidateAnswers} of ${split.answers}`,
      },
      {
        what: "the candidate's own count stands still",
        held: countedAtLast === countedAtFirst,
        found: `${countedAtLast - countedAtFirst} more`,
      },
      { what: "no request fails after the rollback", held: lostAfter === 0, found: `${lostAfter} failed` },
      {
        what: "nothing but the candidate failed",
        held: failures.every((record) => record.colour === candidate),
        found: `${failures.filter((record) => record.colour !== candidate).length} of ${failures.length}`,
      },
      {
        what: "the traffic is back within 5 minutes (guide B1)",
        held: lastAnswer - noticedAt < 300_000,
        found: `${((lastAnswer - noticedAt) / 1000).toFixed(2)} s`,
      },
    ],
  };
}

/** Whether the error rate is above the alarm's threshold for certain, not by chance. */
function isFailing(records: readonly RequestRecord[], thresholdPercent: number): boolean {
  return clopperPearson(records.filter(isLost).length, records.length, splitConfidence).lower * 100 > thresholdPercent;
}

function answeredUnder(records: readonly RequestRecord[], generation: number): number {
  return records.filter((record) => record.generation === generation).length;
}
