import { scheduleOf } from "../../infra/rollout/wanted.ts";
import { defaultPower, forecastSteps, type StepForecast } from "../../rollout/gate/forecast.ts";
import { defaultConfidence } from "../../rollout/gate/gate-input.ts";
import { percentText } from "../../rollout/gate/verdict.ts";
import { historyHours, meanRequestsPerHour } from "../../rollout/measurements.ts";
import { formatDuration } from "../../rollout/time.ts";
import type { CommandOutcome } from "../outcome.ts";
import { readLastUpdate } from "../snapshot.ts";
import { renderTable } from "../terminal.ts";
import type { RolloutWorld } from "../world.ts";

/** What is given rather than measured or default. */
export interface ForecastRequest {
  readonly requestsPerHour?: number;
  /** Threshold to try, per cent. */
  readonly errorRatePercent?: number;
  readonly confidence?: number;
  readonly power?: number;
}

/** Forecasts a stage's schedule. */
export async function forecastStage(world: RolloutWorld, request: ForecastRequest): Promise<CommandOutcome> {
  const config = world.stackFile.readConfig();
  const { steps } = scheduleOf(config.rollout);
  const errorRatePercent = request.errorRatePercent ?? config.alerts.errorRatePercent;
  const measured = request.requestsPerHour === undefined ? await measureRequestsPerHour(world) : undefined;
  const requestsPerHour = request.requestsPerHour ?? measured ?? 0;
  const { confidence = defaultConfidence, power = defaultPower } = request;
  const forecasts = forecastSteps({ steps, requestsPerHour, errorRatePercent, confidence, power });
  const from = measured === undefined ? "given" : "measured, the mean of the last two weeks";
  return {
    exitCode: 0,
    text: [
      `${shown(requestsPerHour)} requests an hour (${from}); threshold ${errorRatePercent} %${request.errorRatePercent === undefined ? " (guide A1)" : ", given"}.`,
      "",
      ...renderTable(columns, forecasts.map(cells)),
      "",
      `The gate is right in ${percentText(confidence)} of rollouts, however often it is asked. A step detects an error rate at which it fails with a probability of ${percentText(power)}.`,
      ...advice(forecasts, errorRatePercent),
    ].join("\n"),
    json: {
      stage: world.stage,
      requestsPerHour,
      measured: measured !== undefined,
      errorRatePercent,
      confidence,
      power,
      steps: forecasts,
    },
  };
}

async function measureRequestsPerHour(world: RolloutWorld): Promise<number> {
  const { addresses, record } = await readLastUpdate(world);
  const hours = await world.openAws(addresses).readTraffic(record.liveColour, historyHours);
  const first = hours.findIndex(({ requests }) => requests > 0);
  // A stage younger than two weeks is measured from its first request on.
  const mean = first === -1 ? undefined : meanRequestsPerHour(hours.slice(first));
  if (mean !== undefined) return mean;
  throw new Error(
    "CloudWatch has no requests of the last two weeks to forecast from. Give a number with --requests-per-hour.",
  );
}

const columns = [
  { heading: "step", figures: true },
  { heading: "bake", figures: true },
  { heading: "requests", figures: true },
  { heading: "fails from", figures: true },
  { heading: "detects", figures: true },
  { heading: "can pass" },
  { heading: "bake to pass", figures: true },
] as const;

function cells(step: StepForecast): string[] {
  const { weightPercent, bakeSeconds, candidateRequests, errorsToFail, detectableRatePercent, canPass } = step;
  return [
    `${weightPercent} %`,
    formatDuration(bakeSeconds),
    String(candidateRequests),
    errorsToFail === undefined ? "never" : `${errorsToFail} errors`,
    detectableRatePercent === undefined ? "nothing" : `${shown(detectableRatePercent)} %`,
    canPass ? "yes" : `no, ${step.requestsToPass} needed`,
    step.bakeSecondsToPass === undefined ? "never" : formatDuration(step.bakeSecondsToPass),
  ];
}

/** What the team has to choose where a step cannot pass: nothing here chooses for them. */
function advice(forecasts: readonly StepForecast[], errorRatePercent: number): string[] {
  const blind = forecasts.filter(({ canPass }) => !canPass);
  if (blind.length === 0) {
    return [
      "Every step can pass the gate within its bake, if none of its requests fails. Each error asks for more requests.",
    ];
  }
  const steps = blind.map(({ weightPercent }) => `${weightPercent} %`).join(", ");
  return [
    `At this traffic the gate cannot pass at ${steps} within the bake: the requests are too few to show ${errorRatePercent} %.`,
    "Choose before the rollout: a longer bake in rollout.steps, or a written --reason for each such step, after somebody has",
    "tested the candidate on its own host. A higher alerts.errorRatePercent would let more failures through.",
  ];
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
