import { beforeAll, describe, expect, it } from "vitest";
import { stages } from "../../infra/config/schema/stage-config.ts";
import { prepareMotoEnvironment } from "../../rehearsal/python/moto-environment.ts";
import { openServiceModels } from "../../rehearsal/validate/service-model.ts";
import { validateResources } from "../../rehearsal/validate/validate-resources.ts";
import { type PlannedStage, planStarted } from "../docs/guide-plan.ts";
import { describeWithMoto } from "../support/aws/describe-with-moto.ts";
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

describe("what AWS's documentation says of its texts", () => {
  it("is kept by every description and name in the plan", () => {
    const refused = plannedTexts().flatMap(({ type, path, text, resource }) => {
      const limit = publishedLimits[type]?.[path];
      return limit === undefined ? [] : refusedFor(text, limit).map((why) => `${resource} ${path} "${text}" ${why}`);
    });
    expect(refused).toEqual([]);
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

describeWithMoto("what AWS publishes of its texts, its service models included", () => {
  it("is known of every description and every resource's own name", async () => {
    const environment = await prepareMotoEnvironment();
    if ("missing" in environment) throw new Error(environment.missing);
    const models = openServiceModels(environment.python);
    const unlimited = planned.flatMap(({ plan }) =>
      plan.resources
        .filter(({ type }) => type.startsWith("aws:"))
        .flatMap((resource) => {
          const spoilt = spoilNames(resource.type, { ...resource.outputs, ...resource.inputs });
          const { violations } = validateResources([{ ...resource, inputs: spoilt.inputs, secretPaths: [] }], models);
          const refused = new Set(violations.map(({ property = "" }) => property.replace(/\.\d+(?=\.|$)/g, "")));
          return spoilt.paths.filter((path) => !refused.has(path)).map((path) => `${resource.type} ${path}`);
        }),
    );
    expect([...new Set(unlimited)]).toEqual([]);
  });
});

/** The inputs with a text that any limit refuses for each name and description that `publishedLimits` leaves out. */
function spoilNames(type: string, inputs: Readonly<Record<string, unknown>>) {
  const paths = new Set<string>();
  const spoil = (value: unknown, path: string): unknown => {
    if (Array.isArray(value)) return value.map((entry) => spoil(entry, path));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [key, spoil(inner, path === "" ? key : `${path}.${key}`)]),
      );
    }
    if (typeof value !== "string" || !/(?:^name|description|comment)$/i.test(path)) return value;
    if (publishedLimits[type]?.[path] !== undefined) return value;
    paths.add(path);
    return "\u0001".repeat(10_000);
  };
  const { tags: _tags, tagsAll: _tagsAll, ...given } = inputs;
  return { inputs: spoil(given, "") as Readonly<Record<string, unknown>>, paths: [...paths] };
}

describe("refusedFor", () => {
  it.each([
    ["aws:ec2/securityGroup:SecurityGroup", "description", "the API's tasks", "Tasks of the API, on port 8000"],
    ["aws:lb/targetGroup:TargetGroup", "name", "portal-production-candidate-group", "portal-production-blue-f3a1a90"],
    ["aws:rds/instance:Instance", "identifier", "portal--staging", "portal-staging-c0af08c8"],
    ["aws:secretsmanager/secret:Secret", "name", "portal-secret-abc123", "portal-secret-key-d86d410"],
    ["aws:ssm/parameter:Parameter", "name", "/aws/latch", "/celebrant-portal/staging/rollout/latch"],
    ["aws:kms/alias:Alias", "name", "alias/aws/portal", "alias/portal-staging-alerts"],
  ])("knows of %s %s", (type, path, refused, accepted) => {
    const limit = publishedLimits[type]?.[path] ?? subjectLimit;
    expect(refusedFor(refused, limit)).toHaveLength(1);
    expect(refusedFor(accepted, limit)).toEqual([]);
  });
});
