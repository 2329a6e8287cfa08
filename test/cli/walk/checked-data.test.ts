import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { projectName } from "../../../infra/config/config-keys.ts";
import { superuserName } from "../../../rehearsal/local/database/postgres-server.ts";
import { runPostgres } from "../../rehearsal/local/fixtures/run-postgres.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { stopTasks } from "../../support/aws/one-off-task-list.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";
import { recordedPath } from "../migrations/recorded-sql.ts";

describeWithMoto("a release that brings a migration, in a stage that requires checks of the data", () => {
  const postgres = runPostgres();
  const started = startStage("staging");
  let standing: Standing;

  async function query(statement: string): Promise<void> {
    const { port, superuserPassword: password } = postgres.server();
    const client = new Client({ host: "127.0.0.1", port, database: "postgres", user: superuserName, password });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }

  beforeAll(async () => {
    const stage = started.current;
    stage.editStackFile((text) => `${text}  ${projectName}:verify: { integrityRequired: true }\n`);
    await stage.up();
    await stage.run("check-migration", "--sql", recordedPath("expand"));
    standing = await stage.rememberAll();
  });
  beforeEach(async () => {
    const stage = started.current;
    await stage.returnTo(standing);
    await stopTasks(stage.pulumi.account().clients.containers, (await stage.addresses()).clusterArn);
    await query("drop table if exists couples; create table couples as select generate_series(1, 3) as id");
    const { port, superuserPassword } = postgres.server();
    const environment = { PGHOST: "127.0.0.1", PGPORT: String(port), PGDATABASE: "postgres", PGUSER: superuserName };
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    vi.stubEnv("PGPASSWORD", superuserPassword);
    vi.stubEnv("PGSSLMODE", "disable");
  });

  const migrate = ["task", "--run", "migrate"] as const;

  function lastCheck(): string {
    const { folder, stage } = started.current;
    const below = join("evidence", stage);
    const names = readdirSync(join(folder, below)).filter((name) => name.startsWith("integrity-"));
    return join(below, names.sort().at(-1) ?? "");
  }

  it("does not migrate before a check, and starts nothing", async () => {
    const stage = started.current;
    const { exitCode, stderr } = await stage.run(...migrate);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "Nobody has checked the data before this migration. verify.integrityRequired asks for one that passes, because it cannot be made up for afterwards. Run npm run rollout -- tunnel --stage staging -- npm run rollout -- integrity --stage staging, or give a written --reason",
    );
    expect(await stage.evidence()).toEqual([]);
  });

  it("gets no public traffic before the data is checked again, compared, and whole", async () => {
    const stage = started.current;
    const before = await stage.run("integrity");
    expect(before.stdout).toContain("Recorded in AWS for the release in green: the data before its migration.");
    expect(before.exitCode).toBe(0);
    const compare = ["integrity", "--compare", lastCheck()] as const;
    expect((await stage.run(...migrate)).exitCode).toBe(0);

    expect((await stage.run("status")).stdout).toMatch(
      /Before the next move:\n- Nobody has checked the data since the migration ended at .*\. Run npm run rollout -- tunnel --stage staging -- npm run rollout -- integrity --stage staging --compare /,
    );
    const refused = await stage.run("advance");
    expect(refused.stderr).toMatch(
      /The step to 5 % is refused\. Nobody has checked the data since the migration ended/,
    );
    stage.editStackFile((text) => text.replace("candidateWeight: 0", "candidateWeight: 5"));
    await expect(stage.up()).rejects.toThrow("Nobody has checked the data since the migration ended");
    stage.editStackFile((text) => text.replace("candidateWeight: 5", "candidateWeight: 0"));

    const alone = await stage.run("integrity");
    expect(alone.stdout).toContain("It counts for nothing: a migration of the release in green has begun");
    expect(alone.exitCode).toBe(3);

    await query("delete from couples where id = 1");
    expect((await stage.run(...compare)).exitCode).toBe(1);
    expect((await stage.run("advance")).stderr).toContain("failed: couples, compared.");
    await query("insert into couples values (1)");
    expect((await stage.run(...compare)).exitCode).toBe(0);
    expect((await stage.run("status")).stdout).toMatch(
      /^The data held before and after the migration of the release in green, checked last at /m,
    );
    const { exitCode, stderr } = await stage.run("advance");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });
  });

  it("goes on by a written reason for each of the two, which the evidence keeps", async () => {
    const stage = started.current;
    const reason = ["--reason", "INC-9: the database answers no long question"] as const;
    expect((await stage.run(...migrate, ...reason)).exitCode).toBe(0);
    expect((await stage.evidence()).at(-1)).toMatchObject({
      overridden: ["Nobody has checked the data before this migration."],
    });
    expect((await stage.run("advance")).stderr).toContain("Nobody checked the data before the migration that began at");
    expect((await stage.run("advance", ...reason)).exitCode).toBe(0);
    expect(stage.pulumi.record.history.at(-1)).toMatchObject({ event: "advanced", overrode: ["integrity"] });
  });

  it("is told that a check could not be recorded, and stays refused", async () => {
    const stage = started.current;
    const world = stage.world();
    const unwritable: typeof world = {
      ...world,
      openAws: (addresses) => ({
        ...world.openAws(addresses),
        writeDataEvidence: () => Promise.reject(new Error("AWS: denied")),
      }),
    };
    const { exitCode, stdout } = await stage.runIn(unwritable, "integrity");
    expect(stdout).toContain("It could not be recorded in AWS: AWS: denied");
    expect(exitCode).toBe(3);
    expect((await stage.run(...migrate)).exitCode).toBe(1);
  });
});
