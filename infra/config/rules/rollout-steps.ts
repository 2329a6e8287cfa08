import { parseDurationSeconds } from "../../../rollout/duration.ts";
import type { Breach, ConfigRule, ReadableConfig } from "./config-rule.ts";

/** The schedule rises to 100 %, and each step is watched for as long as an alarm needs to fire (guide R1). */
export const rolloutSteps: ConfigRule = (config) => {
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
    const rule = `more than the step before it, ${before}: a rollout rises from step to step`;
    return [{ path, rule, fix: { choose: "value" } }];
  }
  if (index < steps.length - 1 || weight === 100) return [];
  return [
    { path, rule: "100 on the last step: only a colour that carried all traffic is promoted", fix: { set: 100 } },
  ];
}

function shortBake(steps: Steps, index: number, { alerts }: ReadableConfig): readonly Breach[] {
  const bake = steps[index]?.bake;
  const window = alerts?.window;
  if (bake === undefined || window === undefined) return [];
  if (parseDurationSeconds(bake) >= parseDurationSeconds(window)) return [];
  const rule = `at least alerts.window, ${window}: a shorter bake is over before an alarm can fire`;
  return [{ path: ["rollout", "steps", index, "bake"], rule, fix: { set: window } }];
}
