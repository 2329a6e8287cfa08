import { execFileSync } from "node:child_process";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { checkAccount } from "../../../cli/doctor/account-checks.ts";
import { chatActions, deployActions } from "../../../cli/doctor/deploy-actions.ts";
import { type MotoServer, startMoto } from "../../../rehearsal/moto/moto.ts";
import { prepareMotoEnvironment } from "../../../rehearsal/python/moto-environment.ts";
import { callTable } from "../../../rehearsal/validate/table/call-table.ts";
import type { Stage } from "../../../rollout/names.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { bothChats } from "../../support/chats.ts";
import { iamError, mailAccount, quota, role, simulation } from "./account-answers.ts";
import { type AccountFacts, startAccount } from "./account-stand-in.ts";

/** How IAM calls the services of botocore, and the actions of S3 that have another name than their call. */
const services: Readonly<Record<string, string>> = {
  elbv2: "elasticloadbalancing",
  stepfunctions: "states",
  sesv2: "ses",
};
const renamed: Readonly<Record<string, string>> = {
  "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
  "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
  "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
};

it("asks for the rights of every call that creates what is planned, and for the two that hand roles to services", () => {
  const created = Object.values(callTable).flatMap(({ calls }) =>
    calls.map(({ service, operation }) => `${services[service] ?? service}:${operation}`),
  );
  const needed = [
    ...new Set(created.map((action) => renamed[action] ?? action)),
    "iam:CreateServiceLinkedRole",
    "iam:PassRole",
  ];
  expect([...deployActions, ...chatActions].sort()).toEqual(needed.sort());
});

describeWithMoto("doctor, of the account", () => {
  let moto: MotoServer;
  beforeAll(async () => {
    moto = await startMoto();
    return () => moto.stop();
  });

  async function examine(facts: AccountFacts = {}, { stage = "production" as Stage, isDeployed = false } = {}) {
    for (const [name, value] of Object.entries(moto.environment)) vi.stubEnv(name, value);
    onTestFinished(() => void vi.unstubAllEnvs());
    const asked = await startAccount(facts);
    const findings = await checkAccount({ stage, config: readConfig(stage), isDeployed });
    return { asked, of: (what: string) => findings.find((finding) => finding.what === what), findings };
  }

  it("passes an account that has everything", async () => {
    const { findings, asked } = await examine();
    expect(findings.filter(({ result }) => result !== "pass")).toEqual([]);
    expect(findings.map(({ what }) => what)).toEqual([
      "rights to deploy",
      "service-linked roles",
      "quota of addresses",
      "quota of VPC endpoints",
      "quota of Fargate vCPU",
      "SES sends to everybody",
    ]);
    expect(asked.filter((action) => action === "SimulatePrincipalPolicy")).toHaveLength(2);
  });

  it("asks for the rights on chats of a stage that has one, and of no other", async () => {
    const denied = { denied: chatActions };
    expect((await examine(denied)).of("rights to deploy")?.result).toBe("pass");
    const config = readConfig("production");
    await startAccount(denied);
    const findings = await checkAccount({
      stage: "production",
      config: { ...config, alerts: { ...config.alerts, chat: bothChats } },
      isDeployed: false,
    });
    expect(findings.find(({ what }) => what === "rights to deploy")).toMatchObject({
      result: "fail",
      found: expect.stringContaining(chatActions.join(", ")),
    });
  });

  it("names the rights that the caller lacks, as far as a line goes", async () => {
    const { of } = await examine({ denied: ["ecs:CreateService", "wafv2:CreateWebACL"] });
    expect(of("rights to deploy")).toMatchObject({
      result: "fail",
      found: expect.stringMatching(/ may not do ecs:CreateService, wafv2:CreateWebACL on every resource$/),
    });
    const { of: ofAll } = await examine({ denied: deployActions });
    expect(ofAll("rights to deploy")?.found).toContain(` and ${deployActions.length - 12} more on every resource`);
  });

  it("says that a role of AWS is missing, which is a fault of a stage that was deployed", async () => {
    const facts = { missingRoles: ["AWSServiceRoleForECS", "AWSServiceRoleForRDS"] };
    const fix =
      "aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com && aws iam create-service-linked-role --aws-service-name rds.amazonaws.com.";
    const { of } = await examine(facts);
    expect(of("service-linked roles")).toMatchObject({ result: "not checked", fix: `To create them now: ${fix}` });
    const { of: ofDeployed } = await examine(facts, { isDeployed: true });
    expect(ofDeployed("service-linked roles")).toMatchObject({ result: "fail", fix: `Run ${fix}` });
  });

  it("finds quotas that are smaller than the plan, those that nobody has raised too", async () => {
    const { of } = await examine({ quotas: { "L-3032A538": 6, "L-0263D0A3": null } });
    expect(of("quota of Fargate vCPU")).toMatchObject({
      result: "fail",
      found: "this stage needs 16 (both colours with api.maxTasks), and the account may have 6",
      fix: "Ask for more: aws service-quotas request-service-quota-increase --region ap-southeast-2 --service-code fargate --quota-code L-3032A538 --desired-value 16.",
    });
    expect(of("quota of addresses")).toMatchObject({
      result: "pass",
      found: "this stage needs 3 (one for each NAT gateway), and the account may have 5, with all that is in it",
    });
  });

  it("wants SES out of its sandbox in production alone", async () => {
    const { of } = await examine({ productionAccess: false });
    expect(of("SES sends to everybody")?.result).toBe("fail");
    const { of: ofStaging } = await examine({ productionAccess: false }, { stage: "staging" });
    expect(ofStaging("SES sends to everybody")?.result).toBe("pass");
  });

  it("has checked nothing where the caller may not ask", async () => {
    const { findings } = await examine({ isClosed: true });
    expect(findings.map(({ result }) => result)).toEqual(findings.map(() => "not checked"));
    expect(findings[0]?.fix).toContain("docs/runbook.md, What the commands may do");
  });
});

const environment = await prepareMotoEnvironment();

/** Has botocore read an answer by its model of the operation, and validate what it has read. */
const judge = `
import json, sys, botocore.session
from botocore.parsers import create_parser
from botocore.validate import ParamValidator
asked = json.load(sys.stdin)
session = botocore.session.get_session()
for service, operation, status, body in asked:
    model = session.get_service_model(service)
    shape = model.operation_model(operation).output_shape
    parser = create_parser(model.metadata["protocol"])
    parsed = parser.parse({"body": body.encode(), "headers": {}, "status_code": status}, shape)
    meta = parsed.pop("ResponseMetadata", None)
    error = parsed.pop("Error", None)
    report = ParamValidator().validate(parsed, shape).generate_report() if error is None else ""
    print(json.dumps({"keys": sorted(parsed), "error": (error or {}).get("Code"), "report": report}))
`;

describe.skipIf("missing" in environment)("the recorded answers", () => {
  it("are read by botocore's models", () => {
    const answers = [
      ["iam", "SimulatePrincipalPolicy", 200, simulation(["ecs:CreateService"], [])],
      ["iam", "GetRole", 200, role("AWSServiceRoleForECS")],
      ["iam", "GetRole", 404, iamError("NoSuchEntity", "gone")],
      ["service-quotas", "GetServiceQuota", 200, quota("fargate", "L-3032A538", 6)],
      ["sesv2", "GetAccount", 200, mailAccount(true)],
    ];
    const python = "python" in environment ? environment.python : "";
    const said = execFileSync(python, ["-c", judge], { input: JSON.stringify(answers), encoding: "utf8" });
    expect(
      said
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { keys: ["EvaluationResults", "IsTruncated"], error: null, report: "" },
      { keys: ["Role"], error: null, report: "" },
      { keys: [], error: "NoSuchEntity", report: "" },
      { keys: ["Quota"], error: null, report: "" },
      { keys: expect.arrayContaining(["ProductionAccessEnabled", "SendQuota"]), error: null, report: "" },
    ]);
  });
});
