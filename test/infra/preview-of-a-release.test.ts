import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { readSavedPlan } from "../../cli/pulumi.ts";
import { applySettings } from "../../infra/config/apply-settings.ts";
import { projectName } from "../../infra/config/config-keys.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import { program } from "../../infra/program.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { serviceModel } from "../../rehearsal/plan/provider-model/service.ts";
import { recordPlan } from "../../rehearsal/plan/record-plan.ts";
import { worldAfter } from "../../rehearsal/plan/world-after.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { recorded } from "../cli/recorded.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { digest, verifyingOutputs } from "../support/rollout.ts";
import { fixtureFolder } from "../support/stack-files.ts";

/** What the engine gives a program in place of an output that a preview cannot know. */
const unknownOutput = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";
const images = { "images.blue": assumedImages.blue, "images.green": assumedImages.green };
const now = new Date("2026-11-23T01:00:00Z");

/**
 * Runs the program as the engine does in a preview: a definition that will be registered anew has no ARN yet, and the
 * provider does not tell its containers.
 *
 * @returns whether it knows the record, and what it registered and told
 */
async function preview(previous: RolloutRecord, set: Record<string, unknown>, registersAnew: "green" | "nothing") {
  let rollout: unknown;
  const warnings: string[] = [];
  const { resources } = await recordPlan({
    project: projectName,
    stack: "production",
    config: applySettings(readStackFile(fixtureFolder, "production").values, { ...images, ...set }),
    calls: worldAfter(previous, undefined, verifyingOutputs),
    isPreview: true,
    models: {
      [taskDefinition]: (question) => {
        const answer = serviceModel[taskDefinition]?.(question);
        if (answer === undefined) throw new Error("No model of a task definition.");
        if (registersAnew === "nothing" || !question.name.includes(registersAnew)) return answer;
        const unknown = { arn: unknownOutput, containerDefinitions: unknownOutput };
        return { ...answer, state: { ...answer.state, ...unknown } };
      },
    },
    program: async () => {
      const outputs = await program({
        now,
        warn: async (message) => void warnings.push(message),
        tell: async () => {},
      });
      rollout = outputs.rollout;
      return outputs;
    },
  });
  if (!pulumi.Output.isInstance(rollout)) throw new Error("The record is no output.");
  const { isKnown } = rollout as unknown as { readonly isKnown: Promise<boolean> };
  return { isKnown: await isKnown, resources, warnings };
}

describe("a preview that stages a release", () => {
  const deployed = planFixture({
    stage: "production",
    set: images,
    previousRecord: null,
    now: new Date("2026-11-23T00:00:00Z"),
  });
  const staged = { "images.green": `2.4.0@${digest("c")}`, "api.memoryMib": 4096 };

  it("ends well with a record that nobody knows yet, and registers all that the update will", async () => {
    const { record } = await deployed;
    const seen = await preview(record, staged, "green");
    expect([seen.isKnown, seen.warnings]).toEqual([false, []]);
    const update = await planFixture({
      stage: "production",
      set: { ...images, ...staged },
      previousRecord: record,
      now,
    });
    const urns = (resources: typeof seen.resources) => resources.map(({ urn }) => urn).sort();
    expect(urns(seen.resources)).toEqual(urns(update.resources));
    expect(update.record).toMatchObject({ labels: { green: "2.4.0" }, images: { green: digest("c") } });
    // What listens to the live colour does not wait for what is unknown.
    const address = (resources: typeof seen.resources) =>
      resources.find(({ name }) => name.endsWith("-rollback-address"))?.inputs["value"];
    expect(address(update.resources)).toContain("liveColour");
    expect(address(seen.resources)).toBe(address(update.resources));
  });

  it("knows the record of a step, whose definitions stay", async () => {
    const { record } = await deployed;
    expect((await preview(record, { candidateWeight: 5 }, "nothing")).isKnown).toBe(true);
  });

  it("refuses what the rules refuse, before it knows anything", async () => {
    const { record } = await deployed;
    await expect(preview(record, { ...staged, candidateWeight: 5 }, "green")).rejects.toThrow(
      "An image changes only at weight 0, in an update of its own.",
    );
  });

  it("leaves a plan that the commands read: they take from it that the record changes, and not to what", () => {
    const plan = JSON.parse(recorded("step.plan.json"));
    const stack = Object.keys(plan.resourcePlans).find((urn) => urn.includes("pulumi:pulumi:Stack")) ?? "";
    const { outputDiff } = plan.resourcePlans[stack].goal;
    const known = readSavedPlan(JSON.stringify(plan));
    outputDiff.updates = { ...outputDiff.updates, rollout: unknownOutput };
    expect(known.outputs).toContain("rollout");
    expect(readSavedPlan(JSON.stringify(plan))).toEqual(known);
  });
});
