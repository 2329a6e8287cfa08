import { describe, expect, it } from "vitest";
import { findFreePort } from "../../../../rehearsal/local/database/postgres-server.ts";
import { startSampleApi } from "../../../../rehearsal/local/sample-api/sample-api.ts";

describe("the sample API", () => {
  it("never serves when it cannot reach its database, so that such a release never becomes healthy", async () => {
    const port = await findFreePort();
    const database = { host: "127.0.0.1", port, database: "portal", user: "nobody", password: "none" };
    const api = startSampleApi({ colour: "blue", release: "1.0.0", database, stopTimeoutSeconds: 1 });
    await expect(api).rejects.toThrow(/ended before it answered "listening"[\s\S]*ECONNREFUSED/);
  });
});
