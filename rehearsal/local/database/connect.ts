import { Client } from "pg";
import type { DatabaseLogin } from "../sample-api/api-settings.ts";

/**
 * Opens a connection, runs `work` and closes it again. A warning counts as a failure: PostgreSQL only warns when a grant
 * granted nothing, because the one who grants had no right to.
 *
 * @throws {Error} PostgreSQL's own error, or the first warning
 */
export async function withConnection<Result>(
  login: DatabaseLogin,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client(login);
  let warning: string | undefined;
  client.on("notice", (notice) => {
    if (notice.severity === "WARNING") warning ??= notice.message;
  });
  client.on("error", () => {});
  await client.connect();
  try {
    const result = await work(client);
    if (warning !== undefined) throw new Error(`PostgreSQL warns: ${warning}`);
    return result;
  } finally {
    await client.end().catch(() => {});
  }
}
