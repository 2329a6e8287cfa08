import { z } from "zod";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { type Colour, otherColour } from "../../rollout/colour.ts";
import { targetGroupArnSuffix } from "../../rollout/rollback-machine.ts";
import { quietRequestsPerHour } from "../../rollout/rollback-test/quiet-traffic.ts";
import { answerMetricData, metricDataParameters } from "../local/alarms/metric-data.ts";
import { readMachine } from "../local/rollback/planned-rollback.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import { readOutput } from "../plan/planned-resource.ts";
import type { Check, FitnessReport } from "../report/report-schema.ts";
import { type Fault, faultSettings, type Happening } from "./faults/fault.ts";
import { trafficText } from "./fitness-checks.ts";
import { publishedMetrics } from "./published-metrics.ts";
import { StageMetrics } from "./stage-metrics.ts";
import {
  healthyMinute,
  requestsUntil,
  type StageMinute,
  type Traffic,
  withColour,
  withFailures,
} from "./stage-minute.ts";

type FitnessRow = FitnessReport["rows"][number];

/** Name of the check's count among the alarms. */
const countName = "rollback-count";

/**
 * Fires the count of failures that the check asks CloudWatch for, as the alarms are fired: the planned queries, on computed
 * metrics since the candidate's first public request, which is at minute 0.
 *
 * @returns nothing where no check runs
 * @throws {Error} when the machine's definition counts in a way that is not modelled
 */
export function judgeCount(
  plan: StagePlan,
  config: StageConfig,
): { readonly rows: readonly FitnessRow[]; readonly checks: readonly Check[] } {
  const settings = faultSettings(config);
  if (!settings.hasCheck) return { rows: [], checks: [] };
  const candidate = otherColour(plan.record.liveColour);
  const calls = readCountCalls(plan, candidate);
  const published = publishedMetrics(plan, plan.stage);
  const reachedAt = (traffic: Traffic, happens: Happening, minutes: readonly number[]) => {
    const store = new StageMetrics(published, (minute) =>
      happens(healthyMinute(traffic, minute, { hasCheck: true, tasks: config.api.minTasks }), minute),
    );
    return minutes.find((until) =>
      calls.some((queries) => {
        const answer = answerMetricData(queries, { store, from: 0, until: until * 60_000, minuteMilliseconds: 60_000 });
        return (metricAnswer.parse(answer).MetricDataResults[0]?.Values[0] ?? 0) > 0;
      }),
    );
  };
  const rows = countFaults(candidate, config, settings.steps[0]?.weightPercent ?? 100).map((fault): FitnessRow => {
    const { what, traffic, happens, withinMinutes, harmless } = fault;
    const fired = reachedAt(traffic, happens, looksUntil(withinMinutes, 12));
    const few = looksUntil(withinMinutes, 3);
    const firedAt = harmless.filter((one) => reachedAt(one.traffic ?? traffic, one.happens, few) !== undefined);
    return {
      alarm: countName,
      fault: what,
      traffic: trafficText(traffic),
      firesAfterSeconds: fired === undefined ? null : 60 * fired,
      harmless: harmless.map((one) => one.what),
      firedAt: firedAt.map((one) => one.what),
      cannotFire: null,
      held: fired !== undefined && firedAt.length === 0,
    };
  });
  const problems = rows.flatMap(({ fault, firesAfterSeconds, firedAt }) => [
    ...(firesAfterSeconds === null ? [`it stays silent where ${fault}`] : []),
    ...firedAt.map((what) => `it returns traffic where ${what}`),
  ]);
  return {
    rows,
    checks: [
      {
        what: "the check's count returns a bad release in time, and no good one",
        held: problems.length === 0,
        found:
          problems.join("; ") ||
          `${rows.length} bad releases, ${rows.reduce((sum, one) => sum + one.harmless.length, 0)} good ones`,
      },
    ],
  };
}

const metricAnswer = z.object({ MetricDataResults: z.array(z.object({ Values: z.array(z.number()) })) });

/** So many looks at least, the last of them at the end. Each computes everything since the first request. */
function looksUntil(minutes: number, count: number): readonly number[] {
  const step = Math.max(1, Math.floor(minutes / count));
  const looks = Array.from({ length: Math.floor(minutes / step) }, (_, index) => (index + 1) * step);
  return looks.at(-1) === minutes ? looks : [...looks, minutes];
}

const definitionSchema = z.object({
  States: z.record(
    z.string(),
    z.looseObject({
      Resource: z.string().optional(),
      Parameters: z.looseObject({ MetricDataQueries: z.unknown().optional() }).optional(),
    }),
  ),
});

/** The queries of each call in the machine's definition. The paths that name the two target groups are followed. */
function readCountCalls(plan: StagePlan, candidate: Colour) {
  const { States } = definitionSchema.parse(JSON.parse(readMachine(plan).definition));
  const asking = Object.values(States).filter(({ Resource }) => Resource?.endsWith(":cloudwatch:getMetricData"));
  if (asking.length === 0) throw new Error("The machine asks for no metrics.");
  const groups = readOutput(plan, "targetGroupArns");
  const paths: Readonly<Record<string, string>> = {
    "$.plan.groups.candidate": targetGroupArnSuffix(groups[candidate]),
    "$.plan.groups.live": targetGroupArnSuffix(groups[otherColour(candidate)]),
  };
  return asking.map(({ Parameters }) => {
    const followed = JSON.stringify(Parameters?.MetricDataQueries).replaceAll(
      /"Value\.\$":"([^"]*)"/g,
      (_, path: string) => `"Value":${JSON.stringify(paths[path] ?? path)}`,
    );
    return metricDataParameters.shape.MetricDataQueries.parse(JSON.parse(followed));
  });
}

/** Per cent of failed requests that the check looks for beside those that all but always fail (design of the rollback's test). */
const soughtPercent = [2, 5, 20] as const;

/** Hours in which each is found at 300 requests an hour and a quarter of them: within the guide's bakes of 25 and 50 %. */
const foundHours: Readonly<Record<(typeof soughtPercent)[number], number>> = { 2: 12, 5: 4, 20: 2 };

function countFaults(candidate: Colour, config: StageConfig, firstPercent: number): readonly Fault[] {
  const good = config.objectives.errorRatePercent;
  const quiet = { candidate, weightPercent: firstPercent, requestsPerHour: quietRequestsPerHour };
  const usual = { candidate, weightPercent: 25, requestsPerHour: 300 };
  const most = config.alerts.minimumErrors;
  // Two are too few, whatever the config says: C3 leaves them to chance.
  const failures = Math.max(3, most);
  const until = (count: number) => Math.ceil((60 * 100 * count) / (quiet.requestsPerHour * quiet.weightPercent)) + 1;
  const live = otherColour(candidate);
  const ofBoth =
    (percent: number, traffic: Traffic): Happening =>
    (healthy, minute) =>
      failing(live, percent, traffic)(failing(candidate, percent, traffic)(healthy, minute), minute);
  return [
    {
      alarm: countName,
      what: `every request fails from the first on, ${failures} of them`,
      traffic: quiet,
      happens: firstFail(candidate, failures, quiet),
      withinMinutes: until(failures),
      harmless: [
        { what: `the first ${failures - 1} fail`, happens: firstFail(candidate, failures - 1, quiet) },
        {
          what: "the same fails on its own host",
          happens: onOwnHost(candidate, firstFail(candidate, failures, quiet)),
        },
      ],
    },
    ...soughtPercent
      .filter((percent) => percent >= 4 * good && most <= 3)
      .map(
        (percent): Fault => ({
          alarm: countName,
          what: `${percent} % of its requests fail`,
          traffic: usual,
          happens: failing(candidate, percent, usual),
          withinMinutes: 60 * foundHours[percent],
          harmless: [
            ...(percent === soughtPercent[0]
              ? [{ what: `${good} % fail (C3)`, happens: failing(candidate, good, usual) }]
              : []),
            { what: `${percent} % of both colours' fail`, happens: ofBoth(percent, usual) },
          ],
        }),
      ),
  ];
}

/** So many per cent fail, spread evenly. */
function failing(colour: Colour, percent: number, traffic: Traffic): Happening {
  const failedUntil = (minute: number) => Math.floor((requestsUntil(colour, traffic, minute) * percent) / 100 + 1e-9);
  return (healthy, minute) => withFailures(healthy, colour, failedUntil(minute + 1) - failedUntil(minute));
}

function firstFail(colour: Colour, count: number, traffic: Traffic): Happening {
  return (healthy, minute) =>
    requestsUntil(colour, traffic, minute) < count ? withFailures(healthy, colour, 1) : healthy;
}

function onOwnHost(colour: Colour, happens: Happening): Happening {
  return (healthy: StageMinute, minute) =>
    withColour(healthy, colour, { failedOnOwnHost: happens(healthy, minute).colours[colour].failed });
}
