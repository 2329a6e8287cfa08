import { describe, expect, it } from "vitest";
import { labelledDigest } from "../../../../infra/config/schema/primitives.ts";
import { reservePort } from "../../../../rehearsal/local/database/postgres-server.ts";
import { insertStatement, migrationsUpTo, sampleReleases } from "../../../../rehearsal/local/sample-api/releases.ts";
import {
  releaseOfImage,
  sampleImageDigest,
  startSampleApi,
} from "../../../../rehearsal/local/sample-api/sample-api.ts";

describe("sampleImageDigest", () => {
  it("is a digest that config accepts, another for each release, the same each time", () => {
    const digests = sampleReleases.map(sampleImageDigest);
    for (const digest of digests) expect(labelledDigest.safeParse(digest).success).toBe(true);
    expect(new Set(digests).size).toBe(sampleReleases.length);
    expect(sampleReleases.map(sampleImageDigest)).toEqual(digests);
  });

  it("is read back from a planned image", () => {
    for (const release of sampleReleases) {
      const digest = sampleImageDigest(release);
      expect(releaseOfImage(`1234.dkr.ecr.ap-southeast-2.amazonaws.com/portal@${digest}`)).toBe(release);
      expect(releaseOfImage(digest)).toBe(release);
    }
    expect(() => releaseOfImage("portal@sha256:0000")).toThrow(
      "The plan runs image portal@sha256:0000, which is not a release of the sample API.",
    );
  });
});

describe("releases", () => {
  it("migrate in order, up to the one that is asked for", () => {
    expect(migrationsUpTo("1.0.0")).toHaveLength(1);
    expect(migrationsUpTo("1.1.0").at(-1)).toBe("alter table couples add column if not exists ceremony_date date");
    expect(migrationsUpTo("1.2.0").slice(0, 2)).toEqual(migrationsUpTo("1.1.0"));
  });

  it("only ever expand, so that two colours can run at once", () => {
    for (const statement of migrationsUpTo("1.3.0").slice(1)) {
      expect(statement).toMatch(/^alter table \w+ add column if not exists \w+ \w+$/);
    }
  });

  it("write the columns that they know", () => {
    const columns = (release: Parameters<typeof insertStatement>[0]) =>
      /\((.*?)\) values/.exec(insertStatement(release))?.[1]?.split(", ").slice(3);
    expect(columns("1.0.0")).toEqual([]);
    expect(columns("1.1.0")).toEqual(["ceremony_date"]);
    expect(columns("1.2.0")).toEqual(["ceremony_date", "venue"]);
    expect(insertStatement("1.3.0")).toBe(
      "insert into couples (id, names, written_by, ceremony_date, venue, guests) values ($1, $2, $3, current_date, 'Botanic Gardens', 80)",
    );
  });
});

describe("the sample API", () => {
  it("never serves when it cannot reach its database, so that such a release never becomes healthy", async () => {
    const { port, release } = await reservePort();
    await release();
    const database = { host: "127.0.0.1", port, database: "portal", user: "nobody", password: "none" };
    const api = startSampleApi({ colour: "blue", release: "1.0.0", database, stopTimeoutSeconds: 1 });
    await expect(api).rejects.toThrow(/ended before it answered "listening"[\s\S]*ECONNREFUSED/);
  });
});
