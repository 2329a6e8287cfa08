import { chmod, chown, copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type PostgresServer,
  superuserName,
  unprivilegedUser,
} from "../../../rehearsal/local/database/postgres-server.ts";
import { withConnection } from "../../../rehearsal/local/database/sql.ts";
import { projectFolder } from "../../support/stack-files.ts";

/** The certificates of the tests: a server's, valid for each instance that moto makes, and the authority that signed it. */
const certificates = join(projectFolder, "test", "fixtures", "tls");
export const authorityFile = join(certificates, "authority.pem");

/**
 * Settings of a server that asks for TLS, and lets in by what RDS lets in by: a member of `rds_iam` by its token alone, which this
 * server does not verify, and everybody else by password.
 */
export async function tlsSettings(folder: string): Promise<readonly string[]> {
  const { uid, gid } = unprivilegedUser();
  const [key, certificate, access] = [join(folder, "key.pem"), join(folder, "server.pem"), join(folder, "pg_hba.conf")];
  await copyFile(join(certificates, "server-key.pem"), key);
  await copyFile(join(certificates, "server.pem"), certificate);
  await writeFile(
    access,
    "hostssl all +rds_iam all trust\nhostssl all all all scram-sha-256\nhostnossl all rdsadmin all scram-sha-256\n",
  );
  for (const path of [key, certificate, access])
    if (uid !== undefined && gid !== undefined) await chown(path, uid, gid);
  await chmod(key, 0o600);
  return ["ssl=on", `ssl_key_file=${key}`, `ssl_cert_file=${certificate}`, `hba_file=${access}`];
}

/**
 * The roles of a new instance: the master user with a password, and the group whose members log in by token.
 *
 * @param masterHasToken whether the master user is such a member already
 */
export async function makeNewInstance(
  server: PostgresServer,
  masterPassword: string,
  masterHasToken = false,
): Promise<void> {
  const superuser = { host: "127.0.0.1", port: server.port, database: "postgres", user: superuserName };
  await withConnection({ ...superuser, password: server.superuserPassword }, async (client) => {
    await client.query("create role rds_iam nologin");
    // A superuser may grant a role without being a member of it. On RDS the master user may grant this one, too.
    await client.query(`create role celebrant_admin login superuser password '${masterPassword}'`);
    if (masterHasToken) await client.query("grant rds_iam to celebrant_admin");
    await client.query("create role celebrant_readonly login in role rds_iam");
    await client.query("create database celebrant_portal_staging");
  });
}
