import { scheduleOf } from "../../infra/rollout/wanted.ts";
import { notCovered } from "../../rollout/gate/exposure.ts";
import {
  defaultPower,
  forecastRollout,
  harmRatesPercent,
  type RolloutForecast,
  type StepForecast,
} from "../../rollout/gate/forecast.ts";
import { defaultConfidence } from "../../rollout/gate/gate-input.ts";
import { percentText } from "../../rollout/gate/verdict.ts";
import { historyHours, meanRequestsPerHour, sinceFirstRequest } from "../../rollout/measurements.ts";
import type { CostAtRate } from "../../rollout/simulation/step-cost.ts";
import { formatDuration } from "../../rollout/time.ts";
import type { CommandOutcome } from "../outcome.ts";
import { readLastUpdate } from "../snapshot.ts";
import { type Column, renderTable } from "../terminal.ts";
import type { RolloutWorld } from "../world.ts";

/** What is given rather than measured or default. */
export interface ForecastRequest {
  readonly requestsPerHour?: number;
  /** Live's error rate to count with, per cent. */
  readonly liveErrorRatePercent?: number;
  /** Threshold to try, per cent. */
  readonly errorRatePercent?: number;
  readonly confidence?: number;
  readonly power?: number;
}

/** Forecasts a stage's schedule. */
export async function forecastStage(world: RolloutWorld, request: ForecastRequest): Promise<CommandOutcome> {
  const config = world.stackFile.readConfig();
  const { steps, mostFailedRequests } = scheduleOf(config.rollout);
  const objectivePercent = config.objectives.errorRatePercent;
  const errorRatePercent = request.errorRatePercent ?? config.alerts.errorRatePercent;
  const measured = request.requestsPerHour === undefined ? await measureTraffic(world) : undefined;
  const requestsPerHour = request.requestsPerHour ?? measured?.requestsPerHour ?? 0;
  const liveErrorRatePercent =
    request.liveErrorRatePercent ?? measured?.liveErrorRatePercent ?? Math.min(100, objectivePercent);
  const { confidence = defaultConfidence, power = defaultPower } = request;
  const input = {
    steps,
    requestsPerHour,
    liveErrorRatePercent,
    errorRatePercent,
    objectivePercent,
    minimumFailingMinutes: config.alerts.minimumErrors,
    mostFailedRequests,
    confidence,
    power,
  };
  const forecast = forecastRollout(input);
  const from = measured === undefined ? "given" : "measured, the mean of the last two weeks";
  const rateFrom = rateSource(request, measured);
  return {
    exitCode: 0,
    text: [
      `${shown(requestsPerHour)} requests an hour (${from}); of live's, ${shown(liveErrorRatePercent)} % fail (${rateFrom}). Threshold ${errorRatePercent} %${request.errorRatePercent === undefined ? " (guide A1)" : ", given"}; ${forecast.budgetRequests} of the candidate's requests may fail in the whole rollout.`,
      "",
      ...renderTable(stepColumns, forecast.steps.map(stepCells)),
      "",
      ...explanation(forecast, { confidence, power, liveErrorRatePercent }),
      "",
      "What a step does to the public if the candidate fails at a rate from that step on, and never before. In how many bakes the traffic is taken back:",
      "",
      ...renderTable(
        harmColumns,
        harmRows(forecast, ({ rolledBackShare }) => percentOf(rolledBackShare)),
      ),
      "",
      "How many requests of the public fail, on average:",
      "",
      ...renderTable(
        harmColumns,
        harmRows(forecast, ({ meanFailedRequests }) => requestsOf(meanFailedRequests)),
      ),
      "",
      notCovered,
    ].join("\n"),
    json: { stage: world.stage, measured: measured !== undefined, ...input, ...forecast },
  };
}

interface MeasuredTraffic {
  readonly requestsPerHour: number;
  /** Absent where live had no request. */
  readonly liveErrorRatePercent?: number;
}

async function measureTraffic(world: RolloutWorld): Promise<MeasuredTraffic> {
  const { addresses, record } = await readLastUpdate(world);
  const hours = sinceFirstRequest(await world.openAws(addresses).readTraffic(record.liveColour, historyHours));
  const requestsPerHour = meanRequestsPerHour(hours);
  if (requestsPerHour === undefined) {
    throw new Error(
      "CloudWatch has no requests of the last two weeks to forecast from. Give a number with --requests-per-hour.",
    );
  }
  const ofLive = hours.reduce((sum, hour) => sum + hour.liveRequests, 0);
  const failed = hours.reduce((sum, hour) => sum + hour.liveErrors, 0);
  return { requestsPerHour, ...(ofLive === 0 ? {} : { liveErrorRatePercent: (100 * failed) / ofLive }) };
}

function rateSource(request: ForecastRequest, measured: MeasuredTraffic | undefined): string {
  if (request.liveErrorRatePercent !== undefined) return "given";
  return measured?.liveErrorRatePercent === undefined ? "guide C3, nothing was measured" : "measured";
}

const stepColumns: readonly Column[] = [
  { heading: "step", figures: true },
  { heading: "bake", figures: true },
  { heading: "requests", figures: true },
  { heading: "shows", figures: true },
  { heading: "taken back", figures: true },
  { heading: "at worst", figures: true },
  { heading: "passes", figures: true },
  { heading: "to pass", figures: true },
];

function stepCells(step: StepForecast): string[] {
  const { weightPercent, bakeSeconds, candidateRequests, shownPercent, takenBack, worst, passes } = step;
  const after = takenBack?.medianMinutesToRollback;
  return [
    `${weightPercent} %`,
    formatDuration(bakeSeconds),
    String(candidateRequests),
    shownPercent >= 100 ? "nothing" : `${shown(shownPercent)} %`,
    takenBack === undefined || after === undefined
      ? "nothing"
      : `${shown(100 * takenBack.failureRate)} % in ${after} min`,
    step.isWithinBudget ? String(worst.failedRequests95) : `${worst.failedRequests95}, over`,
    `${Math.round(100 * passes.threshold)} + ${Math.round(100 * passes.exposure)} %`,
    step.bakeSecondsToPass === undefined ? "over 7 d" : formatDuration(step.bakeSecondsToPass),
  ];
}

const harmColumns: readonly Column[] = [
  { heading: "step", figures: true },
  ...harmRatesPercent.map((percent) => ({ heading: `${percent} %`, figures: true })),
];

function harmRows({ steps }: RolloutForecast, cell: (cost: CostAtRate) => string): string[][] {
  return steps.map(({ weightPercent, harm }) => [`${weightPercent} %`, ...harm.map(cell)]);
}

function requestsOf(mean: number): string {
  return mean < 9.95 ? mean.toFixed(1) : String(Math.round(mean));
}

function percentOf(share: number): string {
  return `${Math.round(100 * share)} %`;
}

function explanation(
  { allPass, requestsToPass, steps }: RolloutForecast,
  { confidence, power, liveErrorRatePercent }: { confidence: number; power: number; liveErrorRatePercent: number },
): string[] {
  const probably = percentText(power);
  const slow = steps.filter(({ passes }) => passes.threshold + passes.exposure < power);
  return [
    `shows: the error rate that is shown, with ${percentText(confidence)} confidence at any number of looks, if nothing has failed by then. ${requestsToPass} requests without an error show the threshold.`,
    `taken back: the lowest rate at which the traffic is taken back within the bake in ${probably} of rollouts, and in half of them by then.`,
    "at worst: at whatever error rate, in 19 of 20 bakes at most so many of the public's requests fail before the traffic is back. A step that is over the budget needs evidence.",
    `passes: in how many rollouts the gate passes when the bake is over, by the threshold + by exposure, if the candidate fails as often as live. to pass: the bake that makes it ${probably}.`,
    `All steps pass at the first asking in ${percentOf(allPass)} of rollouts whose candidate fails in ${shown(liveErrorRatePercent)} % of its requests.`,
    ...slow.map(({ weightPercent, bakeSeconds, bakeSecondsToPass, askedSecondsToPass }) => {
      const asked =
        askedSecondsToPass === undefined
          ? "not within 7 d"
          : `after ${formatDuration(Math.max(bakeSeconds, askedSecondsToPass))}`;
      const bake = bakeSecondsToPass === undefined ? "" : `, or let it bake ${formatDuration(bakeSecondsToPass)}`;
      return `At ${weightPercent} % the bake is probably too short. Asked each hour from its end on, the gate has passed in ${probably} of rollouts ${asked}. Wait and ask again${bake} (rollout.steps).`;
    }),
  ];
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
