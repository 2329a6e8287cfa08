#!/usr/bin/env node
import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Before anything of the program is loaded. Where the folder cannot be written, nothing is kept and nothing fails.
enableCompileCache(join(import.meta.dirname, "..", ".cache", "compile"));

// A terminal or a reader that is gone must not end a run in the middle of an update.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

const { runRollout } = await import("./commands/index.ts");
process.exitCode = await runRollout(process.argv.slice(2), process, async (stage) =>
  (await import("./world.ts")).openWorld(stage),
);
