import { planRollbackTest, type RollbackTest, rollbackDelayMinutes } from "../rollback-test/rollback-test.ts";
import { RollbackWatch } from "../rollback-test/rollback-watch.ts";
import type { Step } from "../schedule.ts";
import { requestsIn, type StepToCost, worstCost } from "../simulation/step-cost.ts";
import { highestRateLeftOpen } from "../statistics/rate-below.ts";
import { formatDuration } from "../time.ts";
import type { ExposureInput, RequestCounts } from "./gate-input.ts";
import { type Period, periodsOf, type StepCounts, sumOfPeriods } from "./step-counts.ts";
import { countText, type ExposureFigures, type Finding, percentText } from "./verdict.ts";

/** What the minute check remembers of the release. */
export interface CheckMemory {
  /** Of each boundary of the check, the requests that it has counted. No period counts more than the boundary allows. */
  readonly requestsByBoundary: readonly number[];
  /** Of live since the release's first public traffic. */
  readonly liveRequests: number;
  readonly liveFailures: number;
}

/** Before a release has had public traffic. */
export const noMemory: CheckMemory = { requestsByBoundary: [], liveRequests: 0, liveFailures: 0 };

/**
 * The planned return as it stands after what the check has seen. What went well before has to be made up for, so it
 * takes more failures to return the traffic. The candidate's failures that it has seen are left out, and so are the weights
 * for a live colour that is worse than it was: either would only return the traffic earlier.
 */
function standingRollbackTest(test: RollbackTest, memory: CheckMemory): RollbackTest {
  return {
    ...test,
    boundaries: test.boundaries.flatMap((boundary, index) => {
      const { nulls, threshold } = boundary;
      // A change forgets what was before.
      if (threshold === undefined) return [boundary];
      const applying = nulls.findIndex(
        ({ ratePercent }) => 100 * memory.liveFailures <= ratePercent * memory.liveRequests,
      );
      // One boundary for each null, because each weighs what went well in its own way.
      return nulls.slice(0, (applying === -1 ? 0 : applying) + 2).map((weights) => ({
        ...boundary,
        threshold: threshold + weights.perRequest * (memory.requestsByBoundary[index] ?? 0),
        nulls: [weights],
      }));
    }),
  };
}

/** A step that may be taken next, and what would take it back. */
export interface NextStep {
  readonly step: Step;
  /** Public requests of both colours in an hour while it bakes. */
  readonly requestsPerHour: number;
  readonly rollbackTest: RollbackTest;
  readonly memory: CheckMemory;
}

/** How the planned alarms and the minute check go on from what they have seen when the next step begins. */
export function toCost({ step, requestsPerHour, rollbackTest, memory }: NextStep): StepToCost {
  const { liveRequests, liveFailures } = memory;
  const test = standingRollbackTest(rollbackTest, memory);
  return {
    step,
    requestsPerHour,
    liveFailureRate: liveRequests === 0 ? 0 : liveFailures / liveRequests,
    startWatch() {
      const watch = new RollbackWatch(test);
      const nothing = { candidateRequests: 0, candidateTaskFailures: 0, candidateUnanswered: 0, byBalancer: 0 };
      watch.add({ ...nothing, minute: longAgo, liveRequests, liveTaskFailures: liveFailures, liveUnanswered: 0 });
      return watch;
    },
    rollbackDelayMinutes,
  };
}

/** A minute that lies before every window. */
const longAgo = -1_000_000;

/** What the check remembers after steps in which nothing of the candidate failed: the latest that it can be. */
export function memoryAfter(
  before: readonly Step[],
  requestsPerHour: number,
  { boundaries }: RollbackTest,
  liveRate: number,
): CheckMemory {
  const liveRequests = before.reduce(
    (sum, step) => sum + requestsIn({ ...step, weightPercent: 100 - step.weightPercent }, requestsPerHour),
    0,
  );
  return {
    requestsByBoundary: boundaries.map(({ requestsPerPeriod, periodMinutes }) =>
      before.reduce((sum, step) => {
        const most = (requestsPerPeriod * step.bakeSeconds) / (60 * periodMinutes);
        return sum + Math.min(requestsIn(step, requestsPerHour), most);
      }, 0),
    ),
    liveRequests,
    liveFailures: liveRequests * liveRate,
  };
}

/** Fewest requests of a step that show that the candidate answers the public at all. */
const leastAnswered = 3;

/** A candidate that gets less than this share of what its weight promises is not what is being tried. */
const leastShareAnswered = 1 / 3;

/**
 * Whether the candidate really answered in the standing step.
 *
 * @param promised what its weight promised of both colours' requests
 */
export function reallyAnswered(requests: number, promised: number): boolean {
  return requests >= leastAnswered && requests >= leastShareAnswered * promised;
}

/** Beside a figure of exposure: what no counting of failed requests sees. */
export const notCovered =
  "This counts failed requests, and not wrong data, wrong pages or lost mails: the verify and integrity tasks and people look for those.";

/** What the finding is called, in reports and evidence. */
export const exposureFinding = "exposure";

/** What is asked where the requests are too few to show the threshold. */
export interface ExposureQuestion {
  readonly exposure: ExposureInput;
  /** Of the candidate since its release's first public traffic. */
  readonly counts: RequestCounts;
  readonly steps: readonly StepCounts[];
  readonly confidence: number;
}

/** What is said of exposure. */
export interface ExposureJudgement {
  readonly finding: Finding;
  /** Where it passes. */
  readonly figures?: ExposureFigures;
}

/**
 * The gate's second way to pass: what failed so far, and what the next step costs at worst, are within the budget of the
 * whole rollout. It says what may happen to people and nothing about the threshold, so a promote still has to show that.
 */
export function judgeExposure(question: ExposureQuestion): ExposureJudgement {
  const { exposure, counts, steps } = question;
  const { requests, promised } = answeredIn(steps.at(-1));
  if (!reallyAnswered(requests, promised)) {
    const finding: Finding = {
      what: exposureFinding,
      value: `${countText(requests, "request")} in this step`,
      bound: `at least ${leastAnswered}, and a third of the ${Math.round(promised)} that its weight promised`,
      verdict: "not enough data",
      sentence: `The candidate answered ${countText(requests, "request")} in this step, of ${Math.round(promised)} that its weight promised. To pass by exposure it has to answer at least ${leastAnswered}, and a third of what was promised. Wait for more, or find out why they do not reach it.`,
    };
    return { finding };
  }
  const { atWorst, finding, words } = exposureOf(question, planRollbackTest(exposure.rollbackTest));
  const { budgetRequests } = exposure;
  if (counts.errors + atWorst > budgetRequests) {
    const sentence = `It does not pass by exposure either: ${words}. With the ${counts.errors} that failed so far, that is more than the ${budgetRequests} that may fail in the whole rollout. More requests without an error lower it.`;
    return { finding: { ...finding, verdict: "not enough data", sentence } };
  }
  const sentence = `The candidate passes by exposure: ${words}. ${counts.errors} failed so far, and ${budgetRequests} may fail in the whole rollout. ${notCovered}`;
  return {
    finding: { ...finding, verdict: "pass", sentence },
    figures: { atWorstRequests: atWorst, budgetRequests },
  };
}

/** The exposure of the first step, which is told and decides nothing, and at which steps no error rate costs too much. */
export function tellExposure(question: ExposureQuestion): ExposureJudgement {
  const test = planRollbackTest(question.exposure.rollbackTest);
  const { finding, words } = exposureOf(question, test);
  const { budgetRequests } = question.exposure;
  const within = stepsWithinBudget(question.exposure, test).map(({ weightPercent }) => `${weightPercent} %`);
  const steps = within.length === 0 ? "at no step" : `at ${within.join(", ")}`;
  const sentence = `${upperFirst(words)}. In the whole rollout ${budgetRequests} may fail, and even the worst error rate stays within that ${steps}. ${notCovered}`;
  return { finding: { ...finding, verdict: "no objection", sentence } };
}

/** The steps whose bake costs no more than the budget at any error rate, if nothing failed before. */
function stepsWithinBudget(
  { requestsPerHour, budgetRequests, rollbackTest: { steps } }: ExposureInput,
  test: RollbackTest,
): readonly Step[] {
  return steps.filter((step, index) => {
    const memory = memoryAfter(steps.slice(0, index), requestsPerHour, test, 0);
    const next = toCost({ step, requestsPerHour, rollbackTest: test, memory });
    return worstCost(next, 1, budgetRequests).failedRequests95 <= budgetRequests;
  });
}

function exposureOf({ exposure, counts, steps, confidence }: ExposureQuestion, test: RollbackTest) {
  const { nextStep, requestsPerHour, budgetRequests } = exposure;
  const highestRate = highestRateLeftOpen(counts, confidence);
  const memory = memoryOf(test, steps);
  const toCostNext = toCost({ step: nextStep, requestsPerHour, rollbackTest: test, memory });
  const { failedRequests95: atWorst } = worstCost(toCostNext, highestRate);
  const finding = {
    what: exposureFinding,
    value: `${counts.errors} failed, at worst ${atWorst} more at ${nextStep.weightPercent} %`,
    bound: `at most ${budgetRequests} in the whole rollout`,
  };
  const rates =
    highestRate === 1 ? "whatever its error rate is" : `at any error rate up to ${percentText(highestRate)}`;
  const words = `in 19 of 20 cases at most ${atWorst} visitors' requests fail in the next step (${nextStep.weightPercent} % for ${formatDuration(nextStep.bakeSeconds)}) before it is taken back, ${rates}`;
  return { atWorst, finding, words };
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The candidate's requests in a step, and what its weight promised of both colours' requests. */
function answeredIn(step: StepCounts | undefined): { readonly requests: number; readonly promised: number } {
  if (step === undefined) return { requests: 0, promised: 0 };
  const periods = periodsOf(step);
  const { requests } = sumOfPeriods(periods.map(({ candidate }) => candidate));
  const ofLive = sumOfPeriods(periods.map(({ live }) => live)).requests;
  return { requests, promised: ((requests + ofLive) * step.weightPercent) / 100 };
}

/** What the check remembers of counted steps. What the gate counts in longer periods than the check holds at most what as many of the check's do. */
export function memoryOf({ boundaries }: RollbackTest, steps: readonly StepCounts[]): CheckMemory {
  const counted = steps.map((step) => ({ step, periods: periodsOf(step) }));
  const live = sumOfPeriods(counted.flatMap(({ periods }) => periods.map((period) => period.live)));
  return {
    requestsByBoundary: boundaries.map(({ periodMinutes, requestsPerPeriod }) =>
      counted
        .flatMap(({ step, periods }) => requestsByPeriod(step, periods, periodMinutes))
        .reduce((sum, { requests, checkPeriods }) => sum + Math.min(requests, requestsPerPeriod * checkPeriods), 0),
    ),
    liveRequests: live.requests,
    liveFailures: live.errors,
  };
}

/** The candidate's requests of a step by the check's periods, or by as many of them as one of the gate's touches. */
function requestsByPeriod({ from, periodSeconds }: StepCounts, periods: readonly Period[], checkMinutes: number) {
  const minutes = periodSeconds / 60;
  const first = Math.floor(Date.parse(from) / 60_000);
  const checkPeriods = Math.ceil(minutes / checkMinutes);
  const byPeriod = new Map<number, number>();
  for (const [index, { candidate }] of periods.entries()) {
    const period = Math.floor((first + index * minutes) / (checkMinutes * checkPeriods));
    byPeriod.set(period, (byPeriod.get(period) ?? 0) + candidate.requests);
  }
  return [...byPeriod.values()].map((requests) => ({ requests, checkPeriods }));
}
