import { buildCommand } from "@stricli/core";
import { action, type CommonFlags, commonFlags, explain, numberOption } from "./command.ts";

interface ForecastFlags extends CommonFlags {
  readonly requestsPerHour?: number;
  /** Per cent. */
  readonly liveErrorRatePercent?: number;
  /** Per cent. */
  readonly errorRatePercent?: number;
  readonly confidence?: number;
  readonly power?: number;
}

/** `forecast`: what each step can show and cost, before it is taken. */
export const forecast = buildCommand({
  docs: explain("Show what each step can show and cost with your traffic, and how probably the gate passes.", [
    {
      line: "npm run rollout -- forecast --stage production",
      purpose: "From the traffic that CloudWatch has measured.",
    },
    {
      line: "npm run rollout -- forecast --stage production --requests-per-hour 300",
      purpose: "From given traffic. It asks neither AWS nor Pulumi.",
    },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      requestsPerHour: {
        ...numberOption,
        brief: "Public requests in an hour. By default the mean of the last two weeks, from CloudWatch.",
      },
      liveErrorRatePercent: {
        ...numberOption,
        brief:
          "Per cent of live's requests that fail, and of a good candidate's. By default as CloudWatch measured it, or objectives.errorRatePercent (guide C3).",
      },
      errorRatePercent: {
        ...numberOption,
        brief: "A threshold to try, per cent. By default alerts.errorRatePercent of the stack file (guide A1).",
      },
      confidence: { ...numberOption, brief: "Of each bound, above 0.5 and below 1. By default the gate's own, 0.95." },
      power: {
        ...numberOption,
        brief: "Which probability is enough, for a bake that passes and for a rate that is taken back. By default 0.8.",
      },
    },
  },
  func: action(async ({ stage, json: _json, ...request }: ForecastFlags, openWorld) => {
    const { forecastStage } = await import("../reports/forecast-report.ts");
    return await forecastStage(await openWorld(stage), request);
  }),
});
