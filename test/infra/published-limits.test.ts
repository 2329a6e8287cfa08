import { beforeAll, describe, expect, it } from "vitest";
import { stages } from "../../infra/config/schema/stage-config.ts";
import { type PlannedStage, planStarted } from "../docs/guide-plan.ts";
import { fixtureFolder } from "../support/stack-files.ts";
import { publishedLimits, refusedFor, subjectLimit } from "./published-limits.ts";

const planned: PlannedStage[] = [];
beforeAll(async () => {
  for (const stage of stages) planned.push(await planStarted(stage, fixtureFolder));
});

/** A text of a planned AWS resource. */
interface PlannedText {
  readonly type: string;
  /** Property, without the places in lists. */
  readonly path: string;
  readonly text: string;
  /** Stage and logical name, for a reader. */
  readonly resource: string;
}

/** Every text of the AWS resources of both stages, tags aside; names by autonaming included. */
function plannedTexts(): readonly PlannedText[] {
  return planned.flatMap(({ stage, plan }) =>
    plan.resources
      .filter(({ type }) => type.startsWith("aws:"))
      .flatMap(({ type, name, inputs, outputs }) => {
        const { tags: _tags, tagsAll: _tagsAll, ...given } = { ...outputs, ...inputs };
        return texts(given).map(({ path, text }) => ({
          type,
          path: path.join("."),
          text,
          resource: `${stage} ${name}`,
        }));
      }),
  );
}

function texts(value: unknown, path: readonly string[] = []): { path: readonly string[]; text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((entry) => texts(entry, path));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, [...path, key]));
}

describe("what AWS publishes of its texts", () => {
  it("is kept by every description and name in the plan", () => {
    const refused = plannedTexts().flatMap(({ type, path, text, resource }) => {
      const limit = publishedLimits[type]?.[path];
      return limit === undefined ? [] : refusedFor(text, limit).map((why) => `${resource} ${path} "${text}" ${why}`);
    });
    expect(refused).toEqual([]);
  });

  it("is known of every description and every resource's own name", () => {
    const unknown = plannedTexts()
      .filter(({ type, path }) => publishedLimits[type]?.[path] === undefined)
      .filter(({ path }) => /(?:^name|description|comment)$/i.test(path))
      .map(({ type, path }) => `${type} ${path}`);
    expect([...new Set(unknown)]).toEqual([]);
  });

  it("is asked of nothing that is not planned", () => {
    const planned = new Set(plannedTexts().map(({ type, path }) => `${type} ${path}`));
    const asked = Object.entries(publishedLimits).flatMap(([type, limits]) =>
      Object.keys(limits).map((path) => `${type} ${path}`),
    );
    expect(asked.filter((one) => !planned.has(one))).toEqual([]);
  });

  it("is kept by the subjects of the rollback's notices", () => {
    const definitions = plannedTexts().filter(({ type, path }) => type.startsWith("aws:sfn/") && path === "definition");
    const subjects = definitions.flatMap(({ text }) =>
      texts(JSON.parse(text))
        .filter(({ path }) => path.at(-1) === "Subject")
        .map(({ text: subject }) => subject),
    );
    expect(subjects.length).toBeGreaterThan(stages.length);
    expect(subjects.flatMap((subject) => refusedFor(subject, subjectLimit))).toEqual([]);
  });
});

describe("refusedFor", () => {
  it.each([
    ["aws:wafv2/webAcl:WebAcl", "description", "Guards the API's load balancer", "Guards the load balancer of the API"],
    ["aws:wafv2/webAcl:WebAcl", "rules.name", "bad inputs", "bad-inputs"],
    ["aws:ec2/securityGroup:SecurityGroup", "description", "the API's tasks", "Tasks of the API, on port 8000"],
    ["aws:iam/role:Role", "description", "Rückruf – now", "Lets EventBridge start the rollback's machine"],
    ["aws:lb/targetGroup:TargetGroup", "name", "portal-production-candidate-group", "portal-production-blue-f3a1a90"],
    ["aws:rds/instance:Instance", "identifier", "portal--staging", "portal-staging-c0af08c8"],
    ["aws:secretsmanager/secret:Secret", "name", "portal-secret-abc123", "portal-secret-key-d86d410"],
    ["aws:ssm/parameter:Parameter", "name", "/aws/latch", "/celebrant-portal/staging/rollout/latch"],
    ["aws:kms/alias:Alias", "name", "alias/aws/portal", "alias/portal-staging-alerts"],
    ["aws:backup/vault:Vault", "name", "v", "portal-backups"],
    ["aws:cloudwatch/eventRule:EventRule", "description", "x".repeat(513), "The candidate's alarm goes off"],
  ])("knows of %s %s", (type, path, refused, accepted) => {
    const limit = publishedLimits[type]?.[path] ?? subjectLimit;
    expect(refusedFor(refused, limit)).toHaveLength(1);
    expect(refusedFor(accepted, limit)).toEqual([]);
  });
});
