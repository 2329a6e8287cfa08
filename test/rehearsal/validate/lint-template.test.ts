import { beforeAll, expect, it } from "vitest";
import type { WeightPlan } from "../../../rehearsal/validate/plan-weights.ts";
import type { ServiceModels } from "../../../rehearsal/validate/service-model.ts";
import { callTable } from "../../../rehearsal/validate/table/call-table.ts";
import { explainedFindings } from "../../../rehearsal/validate/template/explained-findings.ts";
import { lintPlan } from "../../../rehearsal/validate/template/lint-template.ts";
import { templateTypes, withoutTemplate } from "../../../rehearsal/validate/template/template-types.ts";
import { type Stage, stages } from "../../../rollout/names.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { cfnLintPython, openModels, planBothStages } from "./judges.ts";

describeWithMoto("lintPlan", () => {
  let judges: { readonly python: string; readonly models: ServiceModels };
  let planned: Readonly<Record<Stage, readonly WeightPlan[]>>;
  beforeAll(async () => {
    judges = { python: await cfnLintPython(), models: await openModels() };
    planned = await planBothStages();
  });

  const resourcesOf = (stage: Stage) =>
    (planned[stage][0]?.resources ?? []).filter(({ type }) => type.startsWith("aws:"));

  /** Production with documents that hold something else, by type and end of the name. */
  function productionWith(changes: Readonly<Record<string, (document: string) => string>>) {
    return Object.entries(changes).reduce((resources, [subject, change]) => {
      const [type, name = "", input = ""] = subject.split(" ");
      const found = resources.filter((one) => one.type === type && one.name.endsWith(name));
      if (found.length !== 1) throw new Error(`${found.length} resources are ${subject}.`);
      return resources.map((one) => {
        if (one !== found[0]) return one;
        const document = String(one.inputs[input]);
        const changed = change(document);
        if (changed === document) throw new Error(`${subject} is unchanged: ${document}`);
        return { ...one, inputs: { ...one.inputs, [input]: changed } };
      });
    }, resourcesOf("production"));
  }

  it.each(stages)(
    "finds nothing in %s that nobody explained, and judges all but what CloudFormation lacks",
    async (stage) => {
      const { problems, judgedCount, explainedCount } = await lintPlan(stage, resourcesOf(stage), judges);
      expect(problems).toEqual([]);
      const lacking = resourcesOf(stage).filter(
        (one) => withoutTemplate[one.type] !== undefined || templateTypes[one.type]?.lacks?.(one) === true,
      );
      expect(judgedCount).toBe(resourcesOf(stage).length - lacking.length);
      expect(judgedCount / resourcesOf(stage).length).toBeGreaterThan(0.95);
      expect(explainedCount).toBeGreaterThanOrEqual(explainedFindings.length);
    },
  );

  it("knows each type of the call table once, and no other", () => {
    const known = [...Object.keys(templateTypes), ...Object.keys(withoutTemplate)];
    expect(known.sort()).toEqual(Object.keys(callTable).sort());
  });

  it("catches what is wrong within documents, and shows no secret", async () => {
    const changed = productionWith({
      "aws:iam/rolePolicy:RolePolicy portal-production-execution policy": (text) => text.replace('"Allow"', '"Alow"'),
      "aws:iam/rolePolicy:RolePolicy -rollback policy": (text) => text.replace(":ModifyRule", ":ModifyRuel"),
      "aws:iam/role:Role -backup assumeRolePolicy": (text) => text.replace('"Principal"', '"Principle"'),
      "aws:s3/bucketPolicy:BucketPolicy -uploads policy": (text) => text.replace('"Resource"', '"Resorce"'),
      "aws:kms/key:Key -database policy": (text) => text.replace("2012-10-17", "2012-10-18"),
      "aws:sqs/queuePolicy:QueuePolicy -candidate-alarm-undelivered policy": (text) =>
        text.replace('"Allow"', '"Alow"'),
      "aws:sfn/stateMachine:StateMachine -rollback definition": (text) =>
        text.replace(/"StartAt":"\w+"/, '"StartAt":"Nowhere"'),
    });
    const resources = changed.map((one) =>
      one.type === "aws:iam/role:Role" && one.name.endsWith("-backup")
        ? { ...one, inputs: { ...one.inputs, description: "hunter2\u0001" }, secretPaths: [["description"]] }
        : one,
    );
    const { problems } = await lintPlan("production", resources, judges);
    const found = [
      /RolePolicy portal-production-execution: PolicyDocument\.Statement\.0\.Effect: 'Alow' is not one of \['Allow', 'Deny'\] \(cfn-lint E3510,/,
      /RolePolicy portal-production-rollback: PolicyDocument\.Statement\.\d+\.Action\S*: 'modifyruel' is not one of .*… \(cut\) \(cfn-lint W3037,/,
      /Role portal-production-backup: AssumeRolePolicyDocument\.Statement\.0: .*'Principal'.* is a required property \(cfn-lint E3530,/,
      /BucketPolicy portal-production-uploads: PolicyDocument\.Statement\.0\.Resorce: .*\(cfn-lint E3512,/,
      /Key portal-production-database: KeyPolicy\.Version: '2012-10-18' is not one of .*\(cfn-lint E3512,/,
      /QueuePolicy portal-production-candidate-alarm-undelivered: PolicyDocument\.Statement\.0\.Effect: 'Alow'/,
      /StateMachine portal-production-rollback: Definition\.StartAt: .*'Nowhere'.*\(cfn-lint E3601,/,
    ];
    for (const line of found) expect(problems).toContainEqual(expect.stringMatching(line));
    expect(problems.join("\n")).not.toContain("hunter2");
  });

  it("fails for an explanation of nothing, and for a finding without one", async () => {
    const stale = { id: "E3510", type: "aws:iam/role:Role", reason: "a test" };
    const [first, ...others] = explainedFindings;
    const { problems } = await lintPlan("staging", resourcesOf("staging"), judges, [...others, stale]);
    expect(problems).toContain(
      "staging aws:iam/role:Role: cfn-lint finds no E3510 any more. Take it out of rehearsal/validate/template/explained-findings.ts.",
    );
    expect(problems.filter((line) => line.includes(`cfn-lint ${first?.id},`)).length).toBeGreaterThan(0);
  });
});
