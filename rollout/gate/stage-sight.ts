import type { Colour } from "../colour.ts";
import { exposureBudget } from "../exposure-budget.ts";
import {
  busiestRequestsPerHour,
  busiestRequestsPerMinute,
  type ClosedWindow,
  type HourOfTraffic,
  latestRequestsPerMinute,
  type MeasuredRequests,
  meanRequestsPerHour,
  provenRequestsPerMinutePerTask,
  sinceFirstRequest,
} from "../measurements.ts";
import type { PublicPath } from "../public-path.ts";
import type { Schedule } from "../schedule.ts";
import type { ServiceState } from "../standing-problems.ts";
import { type FeedbackLimit, type FeedbackSeen, feedbackInput } from "./feedback.ts";
import type { ExposureInput, GateInput, WatchedAlarmState } from "./gate-input.ts";
import type { GuardrailCounts, GuardrailLimit } from "./guardrails.ts";
import { type StepCounts, unpackSeries } from "./step-counts.ts";
import type { SystemFigures, SystemLimits } from "./system-figures.ts";

/** How many of a colour's tasks the load balancer finds in which state. */
export interface TargetCounts {
  readonly healthy: number;
  /** Registered and failing their checks, draining or not checked yet. */
  readonly notHealthy: number;
}

/** The states of alarms, as a gate asks for them. */
export interface AlarmsSeen {
  /** State by name of each alarm that speaks for the candidate. */
  readonly alarms: Readonly<Record<string, WatchedAlarmState>>;
  /** By its weight, the alarm on the limit of each step that is returned there. Default none. */
  readonly limitAlarms?: Readonly<Record<string, { readonly name: string; readonly state: WatchedAlarmState }>>;
}

/** What AWS shows of a stage at the moment a gate is asked: everything a verdict rests on. */
export interface StageSight extends AlarmsSeen {
  /** How far the clock of who asks is ahead of AWS's; negative where it is behind. Absent: nobody knows. */
  readonly clockAheadSeconds?: number | undefined;
  readonly targets: Readonly<Record<Colour, TargetCounts>>;
  /** Null for a colour without a service. */
  readonly services: Readonly<Record<Colour, ServiceState | null>>;
  /** How requests of the public host come to the colours, besides the weights. */
  readonly publicPath: PublicPath;
  /** State by name of each alarm that speaks for the candidate. */
  readonly alarms: Readonly<Record<string, WatchedAlarmState>>;
  /** What requests were measured over, the steps of the release; absent where no whole minute has passed. */
  readonly window?: ClosedWindow | undefined;
  readonly measured: MeasuredRequests;
  /** What both colours logged in these steps; absent where nobody asked, or no whole minute has passed. */
  readonly guardrails?: GuardrailCounts | undefined;
  /** What database and tasks had to bear in the last step; absent where nobody asked, or no whole minute has passed. */
  readonly system?: SystemFigures | undefined;
  /** What users say; absent where the config names no feedback. */
  readonly feedback?: FeedbackSeen | undefined;
  /** The last whole hours of public traffic, oldest first. */
  readonly traffic: readonly HourOfTraffic[];
}

/** What a gate is asked about, besides what AWS shows. */
export interface GateSettings {
  readonly candidate: Colour;
  readonly live: Colour;
  /** `alerts.errorRatePercent` of config (guide A1). */
  readonly errorRatePercent: number;
  /** `alerts.responseTimeSeconds` of config (guide A2). */
  readonly responseTimeSeconds: number;
  /** `rollout.guardrails` of config. Default: none objects. */
  readonly guardrails?: readonly GuardrailLimit[];
  /** From when on users' feedback objects. Default: never. */
  readonly feedbackLimit?: FeedbackLimit | undefined;
  /** From where on the alarms on database and tasks go off. Absent: their figures are shown without. */
  readonly systemLimits?: SystemLimits | undefined;
  /** `api.minTasks` of config. */
  readonly minTasks: number;
  /** Per cent of public traffic that the candidate has now. */
  readonly weightPercent: number;
  /** Per cent that it gets by the move; 100 for a promote. */
  readonly nextWeightPercent: number;
  /** The schedule that the move follows. */
  readonly schedule: Pick<Schedule, "steps" | "mostFailedRequests">;
  /** `objectives.errorRatePercent` of config (guide C3). */
  readonly objectivePercent: number;
  /** `alerts.minimumErrors` of config. */
  readonly minimumErrors: number;
}

/** Makes a gate's input of what AWS shows. */
export function gateInputOf(sight: StageSight, settings: GateSettings): GateInput {
  const { targets, alarms, window, measured, traffic } = sight;
  const { candidate, live, errorRatePercent, responseTimeSeconds, minTasks } = settings;
  const exposure = exposureInputOf(traffic, settings);
  const latest = window === undefined ? undefined : measured.steps.at(-1);
  return {
    ...measured,
    thresholds: { errorRatePercent, responseTimeSeconds },
    alarms,
    ...(sight.guardrails === undefined
      ? {}
      : { guardrails: { ...sight.guardrails, limits: settings.guardrails ?? [] } }),
    ...(sight.system === undefined ? {} : { system: { ...sight.system, limits: settings.systemLimits } }),
    ...(sight.feedback === undefined
      ? {}
      : { feedback: feedbackInput(sight.feedback, measured.steps, live, settings.feedbackLimit) }),
    ...(exposure === undefined ? {} : { exposure }),
    capacity: {
      healthyTasks: { candidate: targets[candidate].healthy, live: targets[live].healthy },
      minTasks,
      weightPercent: settings.weightPercent,
      nextWeightPercent: settings.nextWeightPercent,
      // The larger of the two, so that neither a quiet night nor a step that began a minute ago hides a busy hour.
      requestsPerMinuteTotal: Math.max(
        latest === undefined ? 0 : requestsPerMinute(latest),
        latestRequestsPerMinute(traffic) ?? 0,
      ),
      provenRequestsPerMinutePerTask: provenRequestsPerMinutePerTask(traffic, errorRatePercent),
      busiestRequestsPerMinute: busiestRequestsPerMinute(traffic),
    },
  };
}

/** Public requests of both colours in a minute of a step. */
function requestsPerMinute(step: StepCounts): number {
  const sum = (series: string) => unpackSeries(series).reduce((total, count) => total + count, 0);
  const minutes = (Date.parse(step.until) - Date.parse(step.from)) / 60_000;
  return (sum(step.candidate.requests) + sum(step.live.requests)) / minutes;
}

/**
 * What exposure is judged by. Undefined for a promote, where no step is known to come, where the budget is 0 and where nobody
 * has seen any traffic to count with.
 */
function exposureInputOf(traffic: readonly HourOfTraffic[], settings: GateSettings): ExposureInput | undefined {
  const { schedule, weightPercent, nextWeightPercent, errorRatePercent, objectivePercent, minimumErrors } = settings;
  const { mostFailedRequests } = schedule;
  // Evidence keeps what is counted with, and no more of a step.
  const steps = schedule.steps.map(({ weightPercent: weight, bakeSeconds }) => ({
    weightPercent: weight,
    bakeSeconds,
  }));
  const nextStep = steps.find((step) => step.weightPercent === nextWeightPercent);
  const mean = meanRequestsPerHour(sinceFirstRequest(traffic));
  if (nextStep === undefined || nextWeightPercent <= weightPercent || mean === undefined) return undefined;
  const budgetRequests = exposureBudget({ mostFailedRequests, steps, requestsPerHour: mean, objectivePercent });
  if (budgetRequests === 0) return undefined;
  return {
    nextStep,
    requestsPerHour: busiestRequestsPerHour(traffic, nextStep.bakeSeconds),
    budgetRequests,
    rollbackTest: { objectivePercent, errorRatePercent, minimumFailingMinutes: minimumErrors, steps },
  };
}
