import { beforeAll, describe, expect, it } from "vitest";
import { createLocalDatabase, type LocalDatabase } from "../../../rehearsal/local/database/local-database.ts";
import { sampleImageDigest } from "../../../rehearsal/local/sample-api/sample-api.ts";
import { planStage } from "../../../rehearsal/plan/plan-stage.ts";
import { readOutput } from "../../../rehearsal/plan/planned-resource.ts";
import type { Check } from "../../../rehearsal/report/report-schema.ts";
import { migrateChecked, tryUnchecked } from "../../../rehearsal/walk/checked-migration.ts";
import { readRehearsedConfig } from "../../../rehearsal/walk/course.ts";
import { RehearsedProgram } from "../../../rehearsal/walk/rehearsed-program.ts";
import { rehearsedVerify, tryUnverified, verifyCandidate } from "../../../rehearsal/walk/verified-release.ts";
import { byColour } from "../../../rollout/colour.ts";
import { fixtureFolder } from "../../support/stack-files.ts";
import { healthySight } from "../../support/stage-sight.ts";
import { databaseNames, plannedDatabase } from "../local/fixtures/planned-database.ts";
import { candidateHost } from "../local/fixtures/planned-traffic.ts";
import { runPostgres } from "../local/fixtures/run-postgres.ts";
import { plannedService, runTraffic } from "../local/fixtures/run-traffic.ts";

const allowedOrigins = ["https://staging.celebrant-portal.com"];

describe("a release in the rehearsal", () => {
  const postgres = runPostgres();
  const settings = {
    "images.blue": sampleImageDigest("1.0.0"),
    "images.green": sampleImageDigest("1.1.0"),
    verify: rehearsedVerify("staging"),
  };
  const { hosts, ...config } = readRehearsedConfig(fixtureFolder, "staging", settings);
  const program = new RehearsedProgram({
    planner: { planStage },
    stage: "staging",
    projectFolder: fixtureFolder,
    settings,
    startsAt: new Date("2026-11-23T00:00:00Z"),
    previousRecord: null,
  });
  let database: LocalDatabase;
  let migrated: Check;
  beforeAll(async () => {
    database = await createLocalDatabase(postgres.server(), plannedDatabase, databaseNames);
    await database.migrate("1.0.0");
    await program.deploy({});
    migrated = await migrateChecked({ database, program }, "green", "1.1.0");
  });

  async function runBoth() {
    const { balancer, fleet } = await runTraffic(database.application, 0);
    const services = [plannedService("blue", "1.0.0"), plannedService("green", "1.1.0")];
    await fleet.reconcile(services.map((service) => ({ ...service, allowedOrigins })));
    return { balancer, fleet };
  }

  it("is refused its first step unverified, passes on real processes and a real database, and is let out", async () => {
    const { balancer, fleet } = await runBoth();
    const definitions = readOutput(program.plan, "taskDefinitionArns");
    const running = { rollout: "COMPLETED", runningTasks: 2, desiredTasks: 2 } as const;
    const services = byColour((colour) => ({ ...running, taskDefinitionArn: definitions[colour] ?? "" }));
    const sight = { ...healthySight, services };
    const step = { edit: { candidateWeight: 5 }, at: program.now, sight };
    expect(await tryUnverified({ program }, step)).toMatchObject({ held: true });
    expect(migrated).toMatchObject({ held: true, found: expect.stringMatching(/^\d+ checks passed$/) });
    expect(await tryUnchecked(program, step)).toMatchObject({ held: true });
    const world = { balancer, program, config: { ...config, hosts: { ...hosts, candidateApi: candidateHost } } };

    await fleet.api("green").setFaults({ portal: ["loses changes"] });
    const failed = await verifyCandidate(world);
    expect(failed.check).toMatchObject({ held: false, found: expect.stringMatching(/^couple: .*; invoice: /) });
    const refusal = await program.attempt({ ...step, verifications: failed.verifications });
    expect(refusal?.message).toContain("was verified at");

    await fleet.api("green").setFaults({});
    const passed = await verifyCandidate(world);
    expect(passed.check).toMatchObject({
      held: true,
      found: expect.stringMatching(/^18 checks passed in \d+\.\d s, and 3 were not applicable$/),
    });
    // It counts what the load sends, and verify is no load.
    expect(await fleet.api("green").requestCount()).toBe(0);
    await program.deploy(step.edit, { sight, verifications: passed.verifications });
    expect(program.plan.record.weightPercent).toBe(5);
  });
});
