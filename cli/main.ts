#!/usr/bin/env node
import { runRollout } from "./commands/index.ts";

// A terminal or a reader that is gone must not end a run in the middle of an update.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

process.exitCode = await runRollout(process.argv.slice(2), process, async (stage) =>
  (await import("./world/open-world.ts")).openWorld(stage),
);
