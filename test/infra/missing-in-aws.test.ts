import { beforeAll, describe, expect, it } from "vitest";
import type { StagePlan } from "../../rehearsal/plan/plan-stage.ts";
import { judgeAlarms } from "../../rollout/gate/judge-gate.ts";
import { namingStage } from "../../rollout/move.ts";
import { stages } from "../../rollout/names.ts";
import { serviceProblem } from "../../rollout/standing-problems.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { digest } from "../support/rollout.ts";

/** The URNs that the target of a command names. Pulumi's `**` stands for anything, `*` for anything without a colon. */
function targeted(sentence: string, urns: readonly string[]): readonly string[] {
  const glob = /--target '([^']+)' --target-dependents --stack/.exec(sentence)?.[1];
  if (glob === undefined) throw new Error(`No target in: ${sentence}`);
  const escaped = glob.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  const pattern = escaped.replace(/\*\*|\*/g, (stars) => (stars === "**" ? ".*" : "[^:]*"));
  return urns.filter((urn) => new RegExp(`^${pattern}$`).test(urn));
}

describe.each(stages)("what is missing of %s in AWS", (stage) => {
  let plan: StagePlan;
  beforeAll(async () => {
    const set = { "images.blue": digest("a"), "images.green": digest("b") };
    plan = await planFixture({ stage, previousRecord: null, now: new Date("2026-11-23T12:00:00Z"), set });
  });

  it("is an alarm: the command names that one resource, by the name that AWS has", () => {
    const { resources, outputs } = plan;
    const names = Object.values(outputs["watchedAlarmNames"] as Record<string, string[]>).flat();
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      const [finding] = judgeAlarms({ [name]: "MISSING" });
      const found = targeted(
        finding?.sentence ?? "",
        resources.map(({ urn }) => urn),
      );
      const alarms = resources
        .filter((one) => found.includes(one.urn))
        .map((one) => one.outputs["alarmName"] ?? one.outputs["name"]);
      expect(alarms).toEqual([name]);
    }
  });

  it.each(["blue", "green"] as const)(
    "is the service of %s: the command names that one resource and the stage",
    (colour) => {
      const { resources, outputs } = plan;
      const sentence = namingStage(serviceProblem(colour, null, "arn:planned") ?? "", stage);
      const found = targeted(
        sentence,
        resources.map(({ urn }) => urn),
      );
      const services = resources.filter(({ urn }) => found.includes(urn)).map((one) => one.outputs["name"]);
      expect(services).toEqual([(outputs["serviceNames"] as Record<string, string>)[colour]]);
      expect(sentence).toMatch(new RegExp(`--stack ${stage}, which creates it again\\.$`));
    },
  );
});
