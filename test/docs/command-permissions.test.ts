import { globSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { projectUrl, readText } from "./markdown.ts";

/** How IAM calls the service of an SDK package. */
const prefixes: Readonly<Record<string, string>> = {
  "client-elastic-load-balancing-v2": "elasticloadbalancing",
  "client-cloudwatch": "cloudwatch",
  "client-ecr": "ecr",
  "client-ecs": "ecs",
  "client-iam": "iam",
  "client-service-quotas": "servicequotas",
  "client-sesv2": "ses",
  "client-rds": "rds",
  "client-secrets-manager": "secretsmanager",
  "client-sfn": "states",
  "client-sns": "sns",
  "client-ssm": "ssm",
  "client-sts": "sts",
};

/** Needs no permission (AWS STS API Reference, "GetCallerIdentity"). */
const free = ["sts:GetCallerIdentity"];

/** What programs that push and pull need (Amazon ECR user guide, "Private registry", IAM permissions for pushing an image). */
const ofContainerPrograms = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:CompleteLayerUpload",
  "ecr:GetDownloadUrlForLayer",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];

/** Imports of an SDK package: at the top of a file, and where it is loaded only when it is needed. */
const imports = [
  /import \{([^}]*)\} from "@aws-sdk\/([^"]+)"/g,
  /const \{([^}]*)\} = await import\("@aws-sdk\/([^"]+)"\)/g,
];

/** Actions that the code sends to AWS, read from its imports of commands. */
function sentActions(): string[] {
  const files = globSync("infra/aws/*.ts", { cwd: projectUrl });
  return files.flatMap((file) =>
    imports
      .flatMap((pattern) => [...readText(file).matchAll(pattern)])
      .flatMap(([, names = "", client = ""]) =>
        [...names.matchAll(/\b(\w+)Command\b/g)].map(([, action]) => `${prefixes[client] ?? client}:${action}`),
      ),
  );
}

it("names in the runbook every action that the commands send to AWS, and no other of those services", () => {
  const [, section = ""] = readText("docs/runbook.md").split("## What the commands may do");
  const [table = ""] = section.split("\n## ");
  const told = [...table.matchAll(/`(\w+:\w+)`/g)].map(([, action = ""]) => action);
  const ofOthers = told.filter((action) => action === "iam:PassRole" || ofContainerPrograms.includes(action));
  const sent = [...new Set(sentActions())].filter((action) => !free.includes(action)).sort();
  expect(sent.length).toBeGreaterThan(10);
  expect(told.filter((action) => !ofOthers.includes(action)).sort()).toEqual(sent);
});

/** IAM actions of the provider's functions that the program calls (Pulumi registry, AWS: each names its API call). */
const lookups: Readonly<Record<string, readonly string[]>> = {
  // See `free`.
  getCallerIdentity: [],
  getListenerRule: ["elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeTags"],
  getParametersByPath: ["ssm:GetParametersByPath"],
  // Cloudflare's.
  getZone: [],
  getDnsRecords: [],
};

/** The provider has AWS check a state machine's definition whenever it plans a change of it. */
const plannedCalls = ["states:ValidateStateMachineDefinition"];

/** What only commands read: `task`, `tunnel`, `image`, `doctor`, `verify`, and whoever names a release by its image's tag. */
const commandReads = [
  ...free,
  "sns:ListSubscriptionsByTopic",
  "ecr:DescribeImageScanFindings",
  "ecr:DescribeImages",
  "ecr:GetAuthorizationToken",
  "rds:DescribeDBSnapshots",
  "ecs:DescribeTasks",
  "ecs:ListTasks",
  "iam:GetRole",
  "servicequotas:GetAWSDefaultServiceQuota",
  "servicequotas:GetServiceQuota",
  "ses:GetAccount",
  "secretsmanager:GetSecretValue",
];

interface PolicyDocument {
  readonly Statement: readonly {
    readonly Effect: string;
    readonly Action: string | readonly string[];
    readonly Resource?: string;
    readonly Condition?: unknown;
  }[];
}

const roleFile = (name: string) => JSON.parse(readText(`.github/preview-role/${name}.json`)) as PolicyDocument;

describe("the role of a pull request's preview", () => {
  const { Statement: statements } = roleFile("permissions");
  const actions = statements.flatMap(({ Action }) => Action).sort();

  it("may read what the program and the provider read in a preview, and nothing else", () => {
    const files = globSync("{infra,components}/**/*.ts", { cwd: projectUrl });
    const called = files.flatMap((file) =>
      [...readText(file).matchAll(/import \{([^}]*)\} from "@pulumi[^"]*\/(get[A-Z]\w*)\.js"/g)].map(
        ([, , name = ""]) => name,
      ),
    );
    expect([...new Set(called)].sort()).toEqual(Object.keys(lookups).sort());
    const reads = sentActions().filter(
      (action) => /:(Describe|Get|List)/.test(action) && !commandReads.includes(action),
    );
    const needed = [...Object.values(lookups).flat(), ...reads, ...plannedCalls];
    expect(actions).toEqual([...new Set(needed)].sort());
  });

  it("reads parameters of the rollout alone, and no secret, object or row", () => {
    expect(statements.every(({ Effect }) => Effect === "Allow")).toBe(true);
    expect(actions.join(" ")).not.toMatch(/\*|secretsmanager|kms|s3|rds(?!:DescribeDBInstances\b)|logs|sts|iam/);
    const parameters = statements.filter(({ Action }) => [Action].flat().some((action) => action.startsWith("ssm:")));
    expect(parameters.map(({ Resource }) => Resource)).toEqual([
      "arn:aws:ssm:*:*:parameter/celebrant-portal/*/rollout*",
    ]);
  });

  it("is assumed only by a job that waited for the environment's reviewers", () => {
    expect(roleFile("trust").Statement).toEqual([
      expect.objectContaining({
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringEquals: {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": "repo:<owner>/<repository>:environment:preview",
          },
        },
      }),
    ]);
  });
});
