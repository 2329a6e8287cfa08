import type { Colour } from "../../rollout/colour.ts";
import type { BalancerThread } from "../local/balancer/balancer-thread.ts";
import { sendBurst } from "../local/load/burst.ts";
import type { RequestRecord } from "../local/load/request.ts";
import { judgeSplit, type SplitVerdict } from "../local/split.ts";
import { SplitTest } from "../local/split-test.ts";
import type { Check } from "../report/report-schema.ts";
import { counted } from "../report/terminal.ts";

/** How far off a split may be, as a part of the planned share, and what the chooser may be off by. */
const offBy = { served: 0.2, chosen: 0.1 } as const;

/** What is asked in one go until a split is decided. */
const block = { requests: 500, draws: 10_000 } as const;

/** A test that is undecided after so many would never end. A sound split is decided long before. */
const most = { requests: 100_000, draws: 1_000_000 } as const;

/** What a split is measured on. */
interface SplitRequest {
  readonly balancer: Pick<BalancerThread, "port" | "draw">;
  readonly publicHost: string;
  readonly plannedPercent: number;
  readonly candidate: Colour;
  /** ARN of the candidate's target group. */
  readonly candidateGroupArn: string;
  /** Shares that were judged sharply in this stage. It is done once for each, because it takes seconds. */
  readonly judged: Set<number>;
  /** Generation of the new routes. */
  readonly generation: number;
  /** Answers of the load under the new routes, in the order of sending. */
  readonly answered: readonly Pick<RequestRecord, "colour">[];
}

/**
 * Judges who answers the public host. First the load's own requests count. Where they do not decide, as with the smallest steps,
 * more are sent, once for each share. The balancer's choice is judged by itself each time and more sharply, because a draw
 * costs no request.
 *
 * 0 % and 100 % leave no room: a single answer by the wrong colour refutes them.
 */
export async function measureSplit(
  request: SplitRequest,
): Promise<{ readonly split: SplitVerdict; readonly checks: readonly Check[] }> {
  const { plannedPercent } = request;
  const split = await judgeServed(request);
  const served: Check = {
    what: `the candidate serves its planned ${plannedPercent} %`,
    held: split.held,
    found: `${split.candidateAnswers} of ${split.answers}`,
  };
  return { split, checks: isCertain(plannedPercent) ? [served] : [served, await judgeChosen(request)] };
}

function isCertain(plannedPercent: number): boolean {
  return plannedPercent === 0 || plannedPercent === 100;
}

async function judgeServed(request: SplitRequest): Promise<SplitVerdict> {
  const { plannedPercent, candidate, judged } = request;
  const answers = request.answered.map(({ colour }) => colour);
  const verdict = (all: readonly (string | undefined)[]) =>
    judgeSplit(plannedPercent, all.filter((colour) => colour === candidate).length, all.length);
  if (isCertain(plannedPercent) || judged.has(plannedPercent)) return verdict(answers);
  judged.add(plannedPercent);
  const decided = await sendUntilDecided(request, answers);
  return { ...verdict(decided.answers), held: decided.state === "held" };
}

async function sendUntilDecided(
  { balancer, publicHost, plannedPercent, candidate, generation }: SplitRequest,
  loaded: readonly (string | undefined)[],
) {
  const test = new SplitTest({ plannedPercent, offBy: offBy.served });
  const answers = [...loaded];
  for (const colour of loaded) test.add(colour === candidate);
  while (test.state === "undecided" && answers.length < most.requests) {
    const burst = await sendBurst({ port: balancer.port, host: publicHost, requests: block.requests, generation });
    const answered = burst.filter((colour) => colour !== undefined);
    if (answered.length === 0) {
      throw new Error(
        `Nobody answers ${publicHost} under the routes of this move: the automatic rollback has changed them, or no target is healthy. On a machine that is busy with something else, run the rehearsal again when it is idle.`,
      );
    }
    answers.push(...answered);
    for (const colour of answered) test.add(colour === candidate);
  }
  return { answers, state: test.state };
}

async function judgeChosen({ balancer, publicHost, plannedPercent, candidateGroupArn }: SplitRequest): Promise<Check> {
  const test = new SplitTest({ plannedPercent, offBy: offBy.chosen });
  let draws = 0;
  let ofCandidate = 0;
  while (test.state === "undecided" && draws < most.draws) {
    for (const arn of await balancer.draw({ host: publicHost, count: block.draws })) {
      draws++;
      if (arn === candidateGroupArn) ofCandidate++;
      test.add(arn === candidateGroupArn);
    }
  }
  return {
    what: `the balancer chooses the candidate for ${plannedPercent} % of requests`,
    held: test.state === "held",
    found: `${ofCandidate} of ${counted(draws, "choice")}`,
  };
}
