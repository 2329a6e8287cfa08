import { beforeAll, describe, expect, it } from "vitest";
import { applyDatabasePlan, planDatabase } from "../../../../rehearsal/local/database/database-plan.ts";
import { createLocalDatabase, type LocalDatabase } from "../../../../rehearsal/local/database/local-database.ts";
import { withConnection } from "../../../../rehearsal/local/database/sql.ts";
import { databaseNames, plannedDatabase } from "../fixtures/planned-database.ts";
import { planned } from "../fixtures/planned-traffic.ts";
import { runPostgres } from "../fixtures/run-postgres.ts";

describe("the planned database on a real PostgreSQL", () => {
  const postgres = runPostgres();
  let database: LocalDatabase;
  beforeAll(async () => {
    database = await createLocalDatabase(postgres.server(), plannedDatabase, databaseNames);
    await database.migrate("1.0.0");
  });

  it("creates every planned resource", () => {
    expect(database.resources).toBe(plannedDatabase.length);
  });

  it("lets each role do what it may and nothing else", async () => {
    const checks = await database.check();
    expect(checks.filter((check) => !check.held)).toEqual([]);
    expect(checks.map((check) => check.what)).toContain("celebrant_readonly cannot write");
  });

  it("logs in with this run's password only", async () => {
    const login = { ...database.application, password: "guessed" };
    await expect(withConnection(login, (client) => client.query("select 1"))).rejects.toThrow(
      'password authentication failed for user "staging_user"',
    );
  });

  it("expands the schema without breaking the release before", async () => {
    await database.migrate("1.1.0");
    await withConnection(database.application, (client) =>
      client.query(
        "insert into couples (id, names, written_by) values ('11111111-1111-4111-8111-111111111111', 'A', '1.0.0')",
      ),
    );
    expect(await database.storedIds()).toEqual(["11111111-1111-4111-8111-111111111111"]);
  });

  it("sees a right too many", async () => {
    const master = { ...database.application, user: databaseNames.master };
    await withConnection(master, (client) =>
      client.query(`grant connect on database ${databaseNames.database} to public`),
    );
    const failed = (await database.check()).filter((check) => !check.held);
    expect(failed).toEqual([
      { what: "a role without grants cannot connect", held: false, found: "allowed" },
      {
        what: "PUBLIC has no rights on the database and its schemas",
        held: false,
        found: "CONNECT on database celebrant_portal_staging",
      },
    ]);
  });

  it("names the resource that PostgreSQL refuses", async () => {
    const refused = planned("postgresql:index/grant:Grant", "portal-staging-nobody", {
      database: databaseNames.database,
      role: "nobody_at_all",
      objectType: "database",
      privileges: ["CONNECT"],
    });
    const master = { ...database.application, user: databaseNames.master, database: "postgres" };
    await expect(applyDatabasePlan(master, planDatabase([refused]))).rejects.toThrow(
      'portal-staging-nobody: role "nobody_at_all" does not exist. Its statements: revoke all privileges on database',
    );
  });

  it("takes a grant that PostgreSQL only warns of for a failure", async () => {
    const powerless = { ...database.application, database: "postgres" };
    const granted = planned("postgresql:index/grant:Grant", "portal-staging-powerless", {
      database: databaseNames.database,
      role: databaseNames.readOnly,
      objectType: "database",
      privileges: ["TEMPORARY"],
    });
    await expect(applyDatabasePlan(powerless, planDatabase([granted]))).rejects.toThrow(
      /^portal-staging-powerless: (PostgreSQL warns: no privileges|permission denied)/,
    );
  });
});
