import { expect, it } from "vitest";
import { scheduleOf } from "../../infra/rollout/wanted.ts";
import { bakeSecondsAt, type Step } from "../../rollout/schedule.ts";
import { guideSchedule } from "../support/rollout.ts";
import { inputsOf, inputsOfType, type PlannedStage } from "./guide-plan.ts";

/** What the database's tasks are told of it. */
const databaseVariables = ["DATABASE_NAME", "DATABASE_USER", "DATABASE_PORT"];

/** Registers the checks that a stage has the guide's values, whatever its weight, live colour and images are. */
export function checkGuideValues(stage: PlannedStage["stage"], planned: () => PlannedStage): void {
  if (stage === "staging") {
    checkDatabase(planned, "celebrant_portal_staging", "staging_user");
    checkStaging(planned);
  } else {
    checkDatabase(planned, "celebrant_portal", "prod_user");
    checkProduction(planned);
  }
}

function checkDatabase(planned: () => PlannedStage, database: string, user: string): void {
  it("has a database server of its own with the guide's database and user (S1, P1)", () => {
    const servers = inputsOfType(planned(), "aws:rds/instance:Instance");
    expect(servers.map(({ engine, port }) => [engine, port])).toEqual([["postgres", 5432]]);
    const created = (type: string) => inputsOfType(planned(), type).map((inputs) => inputs["name"]);
    expect(created("postgresql:index/database:Database")).toEqual([database]);
    expect(created("postgresql:index/role:Role")).toContain(user);
    const { environment } = containerOf(planned(), "-blue");
    expect(databaseVariables.map((key) => environment[key])).toEqual([database, user, "5432"]);
  });

  it("migrates by alembic as the owner of the schema, from either colour's image (S2, P4)", () => {
    for (const colour of ["blue", "green"]) {
      const { command, environment } = containerOf(planned(), `-${colour}-migrate`);
      expect([command, environment["DATABASE_NAME"], environment["DATABASE_USER"]]).toEqual([
        "alembic upgrade head",
        database,
        "celebrant_migrator",
      ]);
    }
  });
}

function checkStaging(planned: () => PlannedStage): void {
  it("can seed (S3)", () => {
    expect(containerOf(planned(), "-green-seed").command).toBe("python scripts/seed_staging_data.py");
  });

  it("runs the API as the guide says, on a host of its own (S4)", () => {
    expect(containerOf(planned(), "-blue").environment).toMatchObject({
      ENVIRONMENT: "staging",
      DEBUG: "true",
      ALLOWED_ORIGINS: '["https://staging.celebrant-portal.com"]',
    });
    const hostOf = (name: string) => inputsOf(planned(), "cloudflare:index/dnsRecord:DnsRecord", name)["name"];
    expect(hostOf("-api")).toBe("api.staging.celebrant-portal.com");
    expect(planned().config.hosts.candidateApi).toBe("api-v2.staging.celebrant-portal.com");
  });

  it("builds the frontend against that API (S5)", () => {
    expect(inputsOf(planned(), "vercel:index/project:Project", "-frontend")["buildCommand"]).toBe(
      "npm run build:staging",
    );
    expect(
      inputsOf(planned(), "vercel:index/projectEnvironmentVariable:ProjectEnvironmentVariable", "-frontend-api-url"),
    ).toMatchObject({ key: "NEXT_PUBLIC_API_URL", value: "https://api.staging.celebrant-portal.com" });
    expect(inputsOf(planned(), "vercel:index/projectDomain:ProjectDomain", "-frontend")["domain"]).toBe(
      "staging.celebrant-portal.com",
    );
  });
}

function checkProduction(planned: () => PlannedStage): void {
  it("cannot seed (S3)", () => {
    expect(planned().plan.resources.filter(({ name }) => name.endsWith("-seed"))).toEqual([]);
  });

  it("runs the API as the guide says, with SECRET_KEY as a secret (P2)", () => {
    const { environment, secrets } = containerOf(planned(), "-green");
    expect(environment).toMatchObject({
      ENVIRONMENT: "production",
      DEBUG: "false",
      ALLOWED_ORIGINS: '["https://celebrant-portal.com"]',
    });
    expect(environment).not.toHaveProperty("SECRET_KEY");
    expect(secrets).toContain("SECRET_KEY");
  });

  it("serves the current version and the new one on the guide's hosts (P3)", () => {
    const ruleOf = (name: string) => inputsOf(planned(), "aws:lb/listenerRule:ListenerRule", name);
    expect(ruleOf("-public")["conditions"]).toEqual([{ hostHeader: { values: ["api.celebrant-portal.com"] } }]);
    expect(ruleOf("-candidate")["conditions"]).toEqual([{ hostHeader: { values: ["api-v2.celebrant-portal.com"] } }]);
  });

  it("can verify the data as a reader (P4)", () => {
    const { command, environment } = containerOf(planned(), "-green-integrity");
    expect([command, environment["DATABASE_USER"]]).toEqual([
      "python scripts/verify_data_integrity.py",
      "celebrant_readonly",
    ]);
  });

  it("takes the guide's steps and watches each at least as long (R1, R3)", () => {
    expect(stepsMissingIn(scheduleOf(planned().config.rollout).steps)).toEqual([]);
  });

  it("gives the frontend's visitors the new version by the same steps (R1)", () => {
    const release = inputsOf(planned(), "vercel:index/projectRollingRelease:ProjectRollingRelease", "-frontend");
    expect(release["advancementType"]).toBe("manual-approval");
    const stages = release["stages"] as { readonly targetPercentage: number }[];
    // Each stage stands as long as the step of its weight bakes.
    const schedule = scheduleOf(planned().config.rollout);
    const steps = stages.map(({ targetPercentage }) => ({
      weightPercent: targetPercentage,
      bakeSeconds: bakeSecondsAt(schedule, targetPercentage),
    }));
    expect(stepsMissingIn(steps)).toEqual([]);
  });
}

/** The guide's steps that a schedule leaves out or watches for less time. It may take more, and watch longer. */
export function stepsMissingIn(steps: readonly Step[]): readonly Step[] {
  return guideSchedule.steps.filter(
    ({ weightPercent, bakeSeconds }) =>
      !steps.some((step) => step.weightPercent === weightPercent && step.bakeSeconds >= bakeSeconds),
  );
}

/** Command, variables and names of secrets of a task's one container. */
function containerOf(planned: PlannedStage, name: string) {
  const definition = inputsOf(planned, "aws:ecs/taskDefinition:TaskDefinition", name);
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
