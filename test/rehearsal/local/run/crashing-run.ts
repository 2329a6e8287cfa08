import {
  reservePort,
  startPostgresServer,
  superuserName,
} from "../../../../rehearsal/local/database/postgres-server.ts";
import { createCleanup, endOnSignals, makeWorkFolder } from "../../../../rehearsal/local/run/cleanup.ts";
import { startKeeper } from "../../../../rehearsal/local/run/keeper.ts";
import { startSampleApi } from "../../../../rehearsal/local/sample-api/sample-api.ts";

/** A run that starts PostgreSQL, the sample API and a folder, tells of them, and never ends by itself. */

const cleanup = createCleanup();
const aborted = endOnSignals(cleanup, (line) => console.error(line));
const keeper = await startKeeper();
cleanup.add("keeper", keeper.stop);
const folder = await makeWorkFolder(cleanup, keeper);
const reserved = await reservePort();
const { port } = reserved;
const server = await startPostgresServer(folder, reserved, { keeper, aborted });
cleanup.add("PostgreSQL", server.stop);
const api = await startSampleApi({
  colour: "blue",
  release: "1.0.0",
  database: { host: "127.0.0.1", port, database: "postgres", user: superuserName, password: server.superuserPassword },
  stopTimeoutSeconds: 5,
});
cleanup.add("sample API", async () => void (await api.stop()));
console.log(JSON.stringify({ pids: [keeper.pid, server.pid, api.pid], ports: [port, api.port], folder }));
setInterval(() => {}, 1000);
