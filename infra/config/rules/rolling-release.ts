import type { Breach, ConfigRule, ReadableConfig } from "./config-rule.ts";

type Stages = NonNullable<NonNullable<ReadableConfig["frontend"]>["rollingRelease"]>;

/**
 * Vercel's stages rise to 100 %, and it advances by itself only where each stage but the last has a duration
 * (`ProjectRollingRelease` of the Vercel provider).
 */
export const rollingRelease: ConfigRule = ({ frontend }) => {
  const stages = frontend?.rollingRelease ?? [];
  return stages.flatMap((_stage, index) => [...wrongPercentage(stages, index), ...wrongDuration(stages, index)]);
};

function wrongPercentage(stages: Stages, index: number): readonly Breach[] {
  const percentage = stages[index]?.targetPercentage;
  const before = index === 0 ? 0 : stages[index - 1]?.targetPercentage;
  if (percentage === undefined) return [];
  const path = ["frontend", "rollingRelease", index, "targetPercentage"];
  if (before !== undefined && percentage <= before) {
    return [{ path, rule: `more than the stage before it, ${before}`, fix: { choose: "value" } }];
  }
  if (index < stages.length - 1 || percentage === 100) return [];
  return [{ path, rule: "100 on the last stage", fix: { set: 100 } }];
}

function wrongDuration(stages: Stages, index: number): readonly Breach[] {
  const stage = stages[index];
  if (stage === undefined) return [];
  const path = ["frontend", "rollingRelease", index, "duration"];
  const isLast = index === stages.length - 1;
  if (isLast && stage.duration !== undefined) {
    return [{ path, rule: "absent on the last stage: nothing comes after it", fix: { remove: true } }];
  }
  if (isLast || stage.duration !== undefined) return [];
  const rule = "required on every stage but the last: Vercel advances by itself then";
  return [{ path, rule, fix: { choose: "value" } }];
}
