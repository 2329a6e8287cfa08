import { Client } from "pg";
import { expect, it } from "vitest";
import { withClient } from "../../../rehearsal/local/database/sql.ts";
import { loadInto, withDatabaseCopy } from "../../../rehearsal/migration/database-copy.ts";
import { fillDatabase } from "../../../rehearsal/migration/fill-database.ts";

it("lets the migration in by its secret name alone, as the role that owns the schema, and asks all others for a password", async () => {
  const stageDatabase = { database: "celebrant_portal", applicationRole: "prod_user", region: "ap-southeast-2" };
  await withDatabaseCopy(stageDatabase, async (copy) => {
    const { login, user } = copy;
    const migrating = { ...login, user, password: "a token of IAM" };
    await loadInto(copy, async (loader) => await fillDatabase(loader, "create table couples (id int)", "The schema"));
    await withClient(migrating, async (client) => {
      const { rows } = await client.query(
        "select current_user, session_user, rolsuper from pg_roles where rolname = current_user",
      );
      expect(rows).toEqual([{ current_user: "celebrant_migrator", session_user: user, rolsuper: false }]);
      // What it sends is written down, whatever it says.
      await expect(client.query("set log_statement = 'none'")).rejects.toThrow("permission denied to set parameter");
      // What the schema brought without an owner is its own, and the stage's roles are there.
      await client.query(
        "alter table couples add column names text; grant select on couples to prod_user, celebrant_readonly",
      );
    });
    for (const one of [login.user, "celebrant_migrator", "rollout_loader"]) {
      const client = new Client({ ...migrating, user: one });
      await expect(client.connect()).rejects.toThrow("password authentication failed");
    }
    await expect(new Client({ ...migrating, database: "postgres" }).connect()).rejects.toThrow(
      "password authentication",
    );
    const environment = Object.values(copy.variables).join(" ");
    expect(environment).not.toContain(login.password);
  });
});
