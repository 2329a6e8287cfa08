import { describe, expect, it } from "vitest";
import { ApiSecrets } from "../../../../components/api/api-secrets.ts";
import { readStageConfig } from "../../../../infra/config/read-stage-config.ts";
import { applySettings, readStackFile } from "../../../../infra/config/stack-file.ts";
import { planProgram, testName, testTags } from "../../../support/plan-component.ts";
import { problemsOf, projectFolder, refusal } from "../committed.ts";
import { type RuleCase, told } from "../rule-case.ts";

const generated = [
  "applicationSecrets.SECRET_KEY",
  "[secret]",
  "left to the stack, which generates it once and keeps it in Secrets Manager (guide P2)",
  "pulumi config rm --stack production --path applicationSecrets.SECRET_KEY",
] as const;

const cases: readonly RuleCase[] = [
  {
    breach: "a signing key from outside",
    stage: "production",
    set: { "applicationSecrets.SECRET_KEY": "mine" },
    told: [generated],
  },
];

describe("the rule of the signing key", () => {
  it.each(cases)("refuses $breach", (breach) => {
    expect(told(breach)).toEqual(breach.told);
  });

  it("is told with all other problems at once", () => {
    const set = { "applicationSecrets.SECRET_KEY": "mine", candidateWeight: 7, "api.debug": true };
    expect(problemsOf("production", set).map(({ key }) => key)).toEqual([
      "celebrant-portal:candidateWeight",
      "celebrant-portal:api.debug",
      "celebrant-portal:applicationSecrets.SECRET_KEY",
    ]);
  });

  it("sends nobody to encrypt what is to be taken out", () => {
    const values = applySettings(readStackFile(projectFolder, "production").values, {
      "applicationSecrets.SECRET_KEY": "mine",
    });
    const read = () => readStageConfig({ stack: "production", project: "celebrant-portal", values, secretKeys: [] });
    expect(refusal(read).problems.map(({ fix }) => fix)).toEqual([generated[3]]);
  });

  it("agrees with the component, which refuses it too", async () => {
    const program = () => {
      new ApiSecrets(testName, { applicationSecrets: { SECRET_KEY: "mine" }, destroyable: false, tags: testTags });
      return {};
    };
    await expect(planProgram(program)).rejects.toThrow(RangeError);
  });
});
