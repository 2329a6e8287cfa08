import { colours } from "../../../rollout/colour.ts";
import { longestLimitSeconds } from "../../../rollout/schedule.ts";
import { parseDurationSeconds } from "../../../rollout/time.ts";
import { andList, orList } from "../schema/primitives.ts";
import type { Breach, ConfigRule, ReadableConfig } from "./readable-config.ts";

/**
 * The weight is one of the schedule's, and while it is above 0 both colours have an image (guide R1). Whether this weight may
 * be set now is for the rollout's own rules, which know what was set before.
 */
const candidateWeight: ConfigRule = ({ candidateWeight: weight, rollout, images }) => {
  if (weight === undefined || weight === 0) return [];
  const steps = rollout?.steps?.map((step) => step?.weight);
  const known = steps?.filter((step) => step !== undefined) ?? [];
  if (steps !== undefined && known.length === steps.length && !known.includes(weight)) {
    const rule = `must be 0 or the weight of a step in rollout.steps: ${orList(known)} (guide R1)`;
    return [{ path: ["candidateWeight"], rule, fix: { choose: [0, ...known].join("|") } }];
  }
  const missing = images === undefined ? [] : colours.filter((colour) => images[colour] === undefined);
  if (missing.length === 0) return [];
  const verb = missing.length === 1 ? "has" : "have";
  const rule = `must have an image for both colours while candidateWeight is ${weight}; ${andList(missing)} ${verb} none`;
  const lines = colours.map((colour) => `${colour}: ${images?.[colour] ?? "<sha256: and 64 hexadecimal digits>"}`);
  return [{ path: ["images"], rule, fix: { write: lines } }];
};

/** The schedule rises to 100 %, and each step is watched for at least as long as an alarm needs to fire (guide R1). */
const schedule: ConfigRule = (config) => {
  const steps = config.rollout?.steps ?? [];
  return steps.flatMap((_step, index) => [...wrongWeight(steps, index), ...shortBake(steps, index, config)]);
};

type Steps = NonNullable<NonNullable<ReadableConfig["rollout"]>["steps"]>;

function wrongWeight(steps: Steps, index: number): readonly Breach[] {
  const weight = steps[index]?.weight;
  const before = index === 0 ? 0 : steps[index - 1]?.weight;
  if (weight === undefined) return [];
  const path = ["rollout", "steps", index, "weight"];
  if (before !== undefined && weight <= before) {
    const rule = `must be more than the weight of the step before, ${before}: weights rise from step to step`;
    return [{ path, rule, fix: { choose: "value" } }];
  }
  if (index < steps.length - 1 || weight === 100) return [];
  const rule = "must be 100 on the last step: only a candidate that carried all traffic is promoted";
  return [{ path, rule, fix: { set: 100 } }];
}

function shortBake(steps: Steps, index: number, { alerts }: ReadableConfig): readonly Breach[] {
  const bake = steps[index]?.bake;
  const window = alerts?.window;
  if (bake === undefined || window === undefined) return [];
  if (parseDurationSeconds(bake) >= parseDurationSeconds(window)) return [];
  const rule = `must be at least alerts.window, ${window}: a shorter bake ends before an alarm can fire`;
  return [{ path: ["rollout", "steps", index, "bake"], rule, fix: { set: window } }];
}

/**
 * A step's limit comes after its bake, and is one that an alarm can hold: the alarm's periods are hours, and CloudWatch looks
 * back seven days at most. Without the check each minute nobody publishes the weight that the alarm watches.
 */
const limits: ConfigRule = ({ rollout }) => {
  const steps = rollout?.steps ?? [];
  const isLimited = steps.some((step) => step?.limit !== undefined);
  const isUnchecked = isLimited && rollout?.automaticCheck === false;
  return [...steps.flatMap(wrongLimit), ...(isUnchecked ? [noCheck] : [])];
};

const noCheck: Breach = {
  path: ["rollout", "automaticCheck"],
  rule: "must be true while a step has a limit: the check publishes the weight that the limit's alarm watches",
  fix: { set: true },
};

function wrongLimit(step: Steps[number], index: number): readonly Breach[] {
  const { bake, limit } = step ?? {};
  if (limit === undefined) return [];
  const path = ["rollout", "steps", index, "limit"];
  const seconds = parseDurationSeconds(limit);
  if (seconds > longestLimitSeconds) {
    return [{ path, rule: "must be at most 7d: an alarm of CloudWatch looks back no further", fix: { set: "7d" } }];
  }
  if (bake !== undefined && seconds <= parseDurationSeconds(bake)) {
    const rule = `must be longer than the bake of the step, ${bake}: before that nobody can take the next step`;
    return [{ path, rule, fix: { choose: "value" } }];
  }
  if (seconds % 3600 === 0) return [];
  const rule = "must be whole hours: the alarm that holds it counts in hours";
  return [{ path, rule, fix: { set: `${Math.ceil(seconds / 3600)}h` } }];
}

/** A freeze window ends after it begins. Otherwise it would freeze nothing. */
const freezeWindows: ConfigRule = ({ rollout }) =>
  (rollout?.freezeWindows ?? []).flatMap((window, index): readonly Breach[] => {
    const { from, until } = window ?? {};
    if (from === undefined || until === undefined || Date.parse(from) < Date.parse(until)) return [];
    const path = ["rollout", "freezeWindows", index, "until"];
    return [{ path, rule: `must be later than the start of the window, ${from}`, fix: { choose: "value" } }];
  });

/** Office hours end after they begin: nobody could take a step otherwise. */
const officeHours: ConfigRule = ({ rollout }) => {
  const { from, until } = rollout?.officeHours ?? {};
  if (from === undefined || until === undefined || from < until) return [];
  const rule = `must be later than from, ${from}: office hours are within one day`;
  return [{ path: ["rollout", "officeHours", "until"], rule, fix: { choose: "value" } }];
};

/** What a reason allows says nothing without the reason. */
const overrideAllows: ConfigRule = ({ rolloutOverride, rolloutOverrideAllows }) =>
  rolloutOverrideAllows === undefined || rolloutOverride !== undefined
    ? []
    : [
        {
          path: ["rolloutOverrideAllows"],
          rule: "must stand beside the reason, rolloutOverride",
          fix: { remove: true },
        },
      ];

/** What a step costs at worst is counted with the return of the check each minute. Without the check, no step passes by it. */
const exposureBudget: ConfigRule = ({ rollout }) => {
  const failedRequests = rollout?.exposure?.failedRequests ?? 0;
  if (rollout?.automaticCheck !== false || failedRequests === 0) return [];
  return [
    {
      path: ["rollout", "exposure", "failedRequests"],
      rule: "must be 0 or absent where rollout.automaticCheck is false: only the check each minute bounds what a step can cost",
      fix: { set: 0 },
    },
  ];
};

/** Each guardrail is named once, and says when it objects. Pages that load faster are no reason to object. */
const guardrails: ConfigRule = ({ rollout }) => {
  const entries = rollout?.guardrails ?? [];
  return entries.flatMap((entry, index): readonly Breach[] => {
    const { metric, objectAbove, objectBelow } = entry ?? {};
    const path = ["rollout", "guardrails", index];
    if (metric === undefined) return [];
    if (entries.slice(0, index).some((earlier) => earlier?.metric === metric)) {
      return [
        {
          path: [...path, "metric"],
          rule: "must differ from the metrics before it in the list",
          fix: { choose: "value" },
        },
      ];
    }
    if (metric === "pageLoad" && objectBelow !== undefined) {
      return [
        {
          path: [...path, "objectBelow"],
          rule: "must be absent for pageLoad: faster is not worse",
          fix: { remove: true },
        },
      ];
    }
    if (objectAbove !== undefined || objectBelow !== undefined) return [];
    return [
      {
        path: [...path, "objectAbove"],
        rule: "must be set, or objectBelow: the gate shows every metric as it is",
        fix: { choose: "value" },
      },
    ];
  });
};

/** What holds between the weight, the images, the schedule and what returns the traffic. */
export const rolloutRules: readonly ConfigRule[] = [
  candidateWeight,
  schedule,
  limits,
  freezeWindows,
  officeHours,
  overrideAllows,
  exposureBudget,
  guardrails,
];
