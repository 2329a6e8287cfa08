import type { Colour } from "../../../rollout/colour.ts";
import { dueRequests, quietRequestsPerHour } from "../../../rollout/rollback-test/quiet-traffic.ts";
import { parseDurationSeconds } from "../../../rollout/time.ts";
import { answers, requestsUntil, type StageMinute, type Traffic, usualSeconds, withColour } from "../stage-minute.ts";
import { type Fault, type FaultSettings, quietTraffic } from "./fault.ts";

/** Minutes of the windows that the response time is judged over: the configured one, an hour, and the quiet stage's hours. */
export function responseWindows(settings: FaultSettings): readonly number[] {
  const shortest = parseDurationSeconds(settings.config.alerts.window) / 60;
  return [...new Set([shortest, ...[60, 60 * quietHours(settings)].filter((minutes) => minutes > shortest)])];
}

/** Hours in which the first step of a quiet stage gets as many requests as show silence or slowness; at most a day. */
export function quietHours({ config, steps }: FaultSettings): number {
  const needed = Math.max(dueRequests, config.alerts.minimumErrors);
  const smallest = Math.min(...steps.map(({ weightPercent }) => weightPercent));
  return Math.min(24, Math.max(1, Math.ceil((100 * needed) / (quietRequestsPerHour * smallest))));
}

/** Guide A2: 95 of 100 requests are answered in time, and few slow ones are no percentile. */
export function responseFaults(colour: Colour, settings: FaultSettings): readonly Fault[] {
  const { responseTimeSeconds, minimumErrors } = settings.config.alerts;
  const tooLong = Math.round(10 * responseTimeSeconds + 1) / 10;
  const shortest = Math.min(...responseWindows(settings));
  return responseWindows(settings).flatMap((minutes): Fault[] => {
    const ending = minutes === shortest ? "" : minutes === 60 ? "-hourly" : `-${minutes / 60}h`;
    const alarm = `${colour}-response-time${ending}`;
    const quiet = trafficWith(colour, (60 * minimumErrors) / minutes, settings);
    const perMinute = Math.ceil(100 / minutes);
    const all = perMinute * minutes;
    const slow = Math.max(Math.floor(all / 20) + 1, minimumErrors);
    const busy: Traffic = { candidate: colour, weightPercent: 100, requestsPerHour: 60 * perMinute };
    return [
      {
        alarm,
        what: `${minimumErrors} answers take ${tooLong} s, at quiet traffic`,
        traffic: quiet,
        happens: firstSlow(colour, minimumErrors, tooLong, quiet),
        withinMinutes: minutes,
        harmless: [
          {
            what: `${minimumErrors - 1} answers take ${tooLong} s`,
            happens: firstSlow(colour, minimumErrors - 1, tooLong, quiet),
          },
          {
            what: `all answers take ${responseTimeSeconds} s`,
            happens: firstSlow(colour, Number.POSITIVE_INFINITY, responseTimeSeconds, quiet),
          },
        ],
      },
      {
        alarm,
        what: `${slow} of ${all} answers in ${minutes} min take ${tooLong} s`,
        traffic: busy,
        happens: firstSlow(colour, slow, tooLong, busy),
        withinMinutes: minutes,
        harmless: [
          {
            what: `${slow - 1} of ${all}`,
            happens: firstSlow(colour, slow - 1, tooLong, busy),
          },
        ],
      },
    ];
  });
}

/** The smallest step at which quiet traffic gives a colour so many requests an hour; else so much traffic at 100 %. */
function trafficWith(colour: Colour, requestsPerHour: number, { steps }: FaultSettings): Traffic {
  const step = steps.find(({ weightPercent }) => (weightPercent * quietRequestsPerHour) / 100 >= requestsPerHour);
  return step === undefined
    ? { candidate: colour, weightPercent: 100, requestsPerHour }
    : quietTraffic(colour, step.weightPercent);
}

/** The first answers from the fault on take so long, so many. */
export function firstSlow(colour: Colour, count: number, seconds: number, traffic: Traffic) {
  return (healthy: StageMinute, minute: number): StageMinute => {
    const before = requestsUntil(colour, traffic, minute);
    const { ok } = healthy.colours[colour];
    const slow = Math.max(0, Math.min(ok, count - before));
    return withColour(healthy, colour, {
      answerSeconds: [...answers(seconds, slow), ...answers(usualSeconds, ok - slow)],
    });
  };
}
