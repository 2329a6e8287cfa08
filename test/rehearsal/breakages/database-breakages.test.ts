import { beforeAll, expect, it } from "vitest";
import { masterUserName, migratorRole, readOnlyRole } from "../../../components/database/names.ts";
import { createLocalDatabase } from "../../../rehearsal/local/database/local-database.ts";
import { type PostgresServer, superuserName } from "../../../rehearsal/local/database/postgres-server.ts";
import { quoteName, withConnection } from "../../../rehearsal/local/database/sql.ts";
import type { StagePlan } from "../../../rehearsal/plan/plan-stage.ts";
import { readConfig } from "../../infra/config/fixture-config.ts";
import { runPostgres } from "../local/fixtures/run-postgres.ts";
import { brokenImages, failures, planToBreak } from "./break-plan.ts";
import { databaseBreakages } from "./database-breakages.ts";

const tunnel = { "database.tunnelPort": 15432 };
const { database } = readConfig("staging", { ...brokenImages, ...tunnel });
const postgres = runPostgres();
let plan: StagePlan;
beforeAll(async () => {
  plan = await planToBreak(tunnel);
});

/** Leaves the server as it was before the first plan. */
async function empty({ port, superuserPassword }: PostgresServer): Promise<void> {
  const login = { host: "127.0.0.1", port, database: "postgres", user: superuserName, password: superuserPassword };
  await withConnection(login, async (client) => {
    await client.query(`drop database if exists ${quoteName(database.name)} with (force)`);
    const roles = await client.query<{ name: string }>(
      "select rolname as name from pg_roles where rolname not like 'pg\\_%' and rolname <> current_user",
    );
    if (roles.rows.length > 0) {
      await client.query(`drop role ${roles.rows.map(({ name }) => quoteName(name)).join(", ")}`);
    }
  });
}

/** What the rehearsal of a plan's database finds, as a stage's rehearsal does it. */
async function found(broken: StagePlan): Promise<readonly string[]> {
  await empty(postgres.server());
  try {
    const created = await createLocalDatabase(postgres.server(), broken.resources, {
      database: database.name,
      master: masterUserName,
      application: database.user,
      migrator: migratorRole,
      readOnly: readOnlyRole,
    });
    await created.migrate("1.0.0");
    return failures(await created.check());
  } catch (error) {
    return [`the rehearsal stops: ${error instanceof Error ? error.message : String(error)}`];
  }
}

it("finds nothing where nothing is broken", async () => {
  expect(await found(plan)).toEqual([]);
});

it.each(databaseBreakages)("is seen: $name", async ({ breaks, seenBy }) => {
  expect((await found(breaks(plan))).join("\n")).toMatch(seenBy);
});
