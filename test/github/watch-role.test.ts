import { expect, it } from "vitest";
import { stages } from "../../infra/config/schema/stage-config.ts";
import { verificationParameter } from "../../infra/naming.ts";
import { prepareMotoEnvironment } from "../../rehearsal/python/moto-environment.ts";
import { openTypeSchemas } from "../../rehearsal/validate/template/cloudformation-schema.ts";
import { templateTypes } from "../../rehearsal/validate/template/template-types.ts";
import { colours } from "../../rollout/colour.ts";
import { cfnLintPython } from "../rehearsal/validate/judges.ts";
import { describeWithMoto } from "../support/aws/describe-with-moto.ts";
import { actionsOf, managedActions, statementsOf, uncovered } from "./role-documents.ts";

const own = statementsOf("watch-role/permissions");

it("writes the verdict of verify, to the topic and to SES's simulator, and nothing else", () => {
  const writing = own.filter(({ Action }) =>
    actionsOf([{ Action }]).some((action) => !/:(Describe|Get|List|Validate)/.test(action)),
  );
  expect(writing.map(({ Action, Resource }) => [Action, Resource])).toEqual([
    ["ssm:PutParameter", "arn:aws:ssm:<region>:<account>:parameter/celebrant-portal/<stage>/rollout/verified-*"],
    [
      "ses:SendEmail",
      [
        "arn:aws:ses:<region>:<account>:identity/*",
        "arn:aws:ses:<region>:<account>:configuration-set/portal-<stage>-mail",
      ],
    ],
    ["sns:Publish", "arn:aws:sns:<region>:<account>:portal-<stage>-alerts-*"],
  ]);
  // A set without a value would meet ForAllValues: the second condition wants at least one recipient.
  expect(own.filter(({ Condition }) => Condition !== undefined).map(({ Sid, Condition }) => [Sid, Condition])).toEqual([
    [
      "MailToTheSimulatorOfSes",
      {
        "ForAllValues:StringEquals": { "ses:Recipients": "success@simulator.amazonses.com" },
        Null: { "ses:Recipients": "false" },
      },
    ],
  ]);
  for (const stage of stages) {
    for (const colour of colours) {
      expect(verificationParameter("celebrant-portal", stage, colour)).toMatch(/\/rollout\/verified-(blue|green)$/);
    }
  }
});

it("reads no secret's value, no file and no row; the state's own only with the second document", () => {
  expect(actionsOf(own).join(" ")).not.toMatch(/\*|secretsmanager|kms:|s3:GetObject|rds-db|logs:|sts:/);
  expect(actionsOf(statementsOf("watch-role/state"))).toEqual(["s3:GetObject", "s3:ListBucket", "kms:Decrypt"]);
});

/** What CloudFormation reads of a planned type, and the role may not, each with why nobody misses it. */
const unread: Readonly<Record<string, string>> = {
  "logs:GetDataProtectionPolicy": "The provider has a resource of its own for it, which nobody plans.",
  "s3:GetIntelligentTieringConfiguration": "The provider has a resource of its own for it, which nobody plans.",
  "secretsmanager:GetSecretValue": "The nightly look leaves out the values of secrets.",
};

/** Services that no stage has, and that a web ACL could belong to. */
const otherServices = /^(apprunner|appsync|bedrock-agentcore|cognito-idp|vpc-lattice):/;

describeWithMoto("with AWS's policy SecurityAudit, held against what CloudFormation reads", () => {
  it("may read every planned type of AWS, but for what is named here", async () => {
    const moto = await prepareMotoEnvironment();
    if ("missing" in moto) throw new Error(moto.missing);
    const managed = managedActions(moto.python, ["SecurityAudit"]);
    const schemaOf = openTypeSchemas(await cfnLintPython(), "ap-southeast-2");
    const read = Object.values(templateTypes).flatMap(({ type }) => schemaOf(type).handlers?.read?.permissions ?? []);
    const reads = [...new Set(read)].filter(
      (action) => /:(Describe|Get|List|Validate)/.test(action) && !otherServices.test(action),
    );
    expect(reads.length).toBeGreaterThan(60);
    expect(managed).not.toContain("secretsmanager:GetSecretValue");
    expect([...uncovered([...managed, ...actionsOf(own)], reads)].sort()).toEqual(Object.keys(unread));
  });
});
