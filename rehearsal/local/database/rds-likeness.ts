import type { DatabaseLogin } from "../sample-api/api-settings.ts";
import { withConnection } from "./connect.ts";
import { quoteName, quoteText } from "./planned-statement.ts";

/**
 * Makes a plain server look like RDS to an administrator: the group roles `rds_superuser` and `rds_iam`, a master user
 * that is no superuser, and the database that RDS creates with the instance. What the master may not do there fails here
 * too (RDS User Guide: "Understanding the rds_superuser role", "Creating a database account using IAM authentication").
 *
 * @param master name and password of the master user
 */
export async function makeLikeRds(
  superuser: DatabaseLogin,
  master: { readonly name: string; readonly password: string },
  initialDatabase: string | undefined,
): Promise<void> {
  await withConnection(superuser, async (client) => {
    const name = quoteName(master.name);
    await client.query("create role rds_superuser nologin");
    await client.query("create role rds_iam nologin");
    await client.query(
      `create role ${name} with login nosuperuser inherit createdb createrole noreplication password ${quoteText(master.password)}`,
    );
    await client.query(`grant rds_superuser to ${name}`);
    await client.query(`grant rds_iam to rds_superuser with admin option`);
    await client.query(`grant pg_monitor, pg_signal_backend to rds_superuser with admin option`);
    if (initialDatabase !== undefined) {
      await client.query(`create database ${quoteName(initialDatabase)} owner ${name}`);
    }
  });
}
