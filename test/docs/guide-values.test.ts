import { describe, expect, it } from "vitest";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { diffPlans } from "../../rehearsal/plan/diff-plans.ts";
import { planStage } from "../../rehearsal/plan/plan-stage.ts";
import { promotedRecord } from "../support/rollout.ts";
import { inputsOf, planCommitted, planOf, started } from "./committed-plans.ts";

planCommitted("staging", "production");

/** Command, variables and names of secrets of a task's one container. */
function containerOf(stage: "staging" | "production", name: string) {
  const definition = inputsOf(stage, "aws:ecs/taskDefinition:TaskDefinition", name);
  const [container] = JSON.parse(String(definition["containerDefinitions"])) as {
    readonly command?: readonly string[];
    readonly environment: readonly { readonly name: string; readonly value: string }[];
    readonly secrets: readonly { readonly name: string }[];
  }[];
  return {
    command: container?.command?.join(" "),
    environment: Object.fromEntries((container?.environment ?? []).map(({ name: key, value }) => [key, value])),
    secrets: (container?.secrets ?? []).map(({ name: key }) => key),
  };
}

/** What the database's tasks are told of it. */
const databaseVariables = ["DATABASE_NAME", "DATABASE_USER", "DATABASE_PORT"];

describe.each([
  ["staging", "celebrant_portal_staging", "staging_user"],
  ["production", "celebrant_portal", "prod_user"],
] as const)("%s, from its committed file", (stage, database, user) => {
  it("has a database server of its own with the guide's database and user (S1, P1)", () => {
    const servers = planOf(stage).resources.filter(({ type }) => type === "aws:rds/instance:Instance");
    expect(servers.map(({ inputs }) => [inputs["engine"], inputs["port"]])).toEqual([["postgres", 5432]]);
    const created = (type: string) =>
      planOf(stage)
        .resources.filter((one) => one.type === type)
        .map(({ inputs }) => inputs["name"]);
    expect(created("postgresql:index/database:Database")).toEqual([database]);
    expect(created("postgresql:index/role:Role")).toContain(user);
    const { environment } = containerOf(stage, "-blue");
    expect(databaseVariables.map((key) => environment[key])).toEqual([database, user, "5432"]);
  });

  it("migrates by alembic as the owner of the schema, from either colour's image (S2, P4)", () => {
    for (const colour of ["blue", "green"]) {
      const { command, environment } = containerOf(stage, `-${colour}-migrate`);
      expect([command, environment["DATABASE_NAME"], environment["DATABASE_USER"]]).toEqual([
        "alembic upgrade head",
        database,
        "celebrant_migrator",
      ]);
    }
  });
});

describe("staging", () => {
  it("alone can seed (S3)", () => {
    expect(containerOf("staging", "-green-seed").command).toBe("python scripts/seed_staging_data.py");
    expect(planOf("production").resources.filter(({ name }) => name.endsWith("-seed"))).toEqual([]);
  });

  it("runs the API as the guide says, on a host of its own (S4)", () => {
    expect(containerOf("staging", "-blue").environment).toMatchObject({
      ENVIRONMENT: "staging",
      DEBUG: "true",
      ALLOWED_ORIGINS: '["https://staging.celebrant-portal.com"]',
    });
    expect(inputsOf("staging", "cloudflare:index/dnsRecord:DnsRecord", "-api")["name"]).toBe(
      "api.staging.celebrant-portal.com",
    );
  });

  it("builds the frontend against that API (S5)", () => {
    expect(inputsOf("staging", "vercel:index/project:Project", "-frontend")["buildCommand"]).toBe(
      "npm run build:staging",
    );
    expect(
      inputsOf("staging", "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable", "-frontend-api-url"),
    ).toMatchObject({ key: "NEXT_PUBLIC_API_URL", value: "https://api.staging.celebrant-portal.com" });
    expect(inputsOf("staging", "vercel:index/projectDomain:ProjectDomain", "-frontend")["domain"]).toBe(
      "staging.celebrant-portal.com",
    );
  });
});

describe("production", () => {
  it("runs the API as the guide says, with SECRET_KEY as a secret (P2)", () => {
    const { environment, secrets } = containerOf("production", "-green");
    expect(environment).toMatchObject({
      ENVIRONMENT: "production",
      DEBUG: "false",
      ALLOWED_ORIGINS: '["https://celebrant-portal.com"]',
    });
    expect(environment).not.toHaveProperty("SECRET_KEY");
    expect(secrets).toContain("SECRET_KEY");
  });

  it("serves the current version and the new one on the guide's hosts (P3)", () => {
    const ruleOf = (name: string) => inputsOf("production", "aws:lb/listenerRule:ListenerRule", name);
    expect(ruleOf("-public")["conditions"]).toEqual([{ hostHeader: { values: ["api.celebrant-portal.com"] } }]);
    expect(ruleOf("-candidate")["conditions"]).toEqual([{ hostHeader: { values: ["api-v2.celebrant-portal.com"] } }]);
  });

  it("can verify the data as a reader (P4)", () => {
    const { command, environment } = containerOf("production", "-green-integrity");
    expect([command, environment["DATABASE_USER"]]).toEqual([
      "python scripts/verify_data_integrity.py",
      "celebrant_readonly",
    ]);
  });

  it("gives the frontend's visitors the new version by the same steps (R1)", () => {
    expect(
      inputsOf("production", "vercel:index/projectRollingRelease:ProjectRollingRelease", "-frontend"),
    ).toMatchObject({
      advancementType: "automatic",
      stages: [
        { targetPercentage: 5, duration: 120 },
        { targetPercentage: 25, duration: 240 },
        { targetPercentage: 50, duration: 480 },
        { targetPercentage: 100 },
      ],
    });
  });

  it("takes the old version away once nobody can return to it, and nothing that serves changes (R3)", async () => {
    const updated = async (set: Record<string, unknown>) =>
      await planStage({
        stage: "production",
        set: { ...started, liveColour: "green", ...set },
        previousRecord: promotedRecord({ images: assumedImages }),
        now: new Date("2026-12-24T00:00:00Z"),
      });
    const changes = diffPlans(await updated({}), await updated({ "images.blue": undefined }));
    expect([...new Set(changes.map(({ kind }) => kind))]).toEqual(["delete"]);
    expect(changes.filter(({ name }) => !name.startsWith("portal-production-blue"))).toEqual([]);
    expect(changes.map(({ type }) => type)).toContain("aws:ecs/service:Service");
  });
});
