import { commonOptions, rolloutCommand } from "./shared/rollout-command.ts";

/** `forecast`: what each step can detect, before it is taken. */
export const forecast = rolloutCommand({
  name: "forecast",
  description:
    "Say what error rate each step can detect at today's or given traffic, and how long a bake would have to be.",
  options: {
    ...commonOptions,
    "requests-per-hour": {
      type: "string",
      description: "Public requests in an hour. Default: the mean of the last two weeks, from CloudWatch.",
    },
    "error-rate-percent": {
      type: "string",
      description: "A threshold to try. Default: alerts.errorRatePercent of the stack file (guide A1).",
    },
    confidence: { type: "string", description: "Of each bound, above 0.5 and below 1. Default 0.95, the gate's own." },
    power: { type: "string", description: "How probably a step fails at the rate it is said to detect. Default 0.8." },
  },
  examples: [
    {
      line: "npm run rollout -- forecast --stage production",
      purpose: "From the traffic that CloudWatch has measured.",
    },
    {
      line: "npm run rollout -- forecast --stage production --requests-per-hour 300",
      purpose: "From given traffic: asks neither AWS nor Pulumi.",
    },
  ],
  async run({ args, openWorld }) {
    const [{ forecastStage }] = await Promise.all([import("./forecast/forecast-stage.ts")]);
    return await forecastStage(await openWorld(args.stage), {
      requestsPerHour: numberOption("requests-per-hour", args["requests-per-hour"]),
      errorRatePercent: numberOption("error-rate-percent", args["error-rate-percent"]),
      confidence: numberOption("confidence", args.confidence),
      power: numberOption("power", args.power),
    });
  },
});

function numberOption(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new RangeError(`--${name} is "${text}" and must be a number, such as 300 or 0.95.`);
  }
  return value;
}
