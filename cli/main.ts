#!/usr/bin/env node
import { commands } from "./commands/index.ts";
import { runCli } from "./commands/shared/run-cli.ts";

// A terminal or a reader that is gone must not end a run in the middle of an update.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

process.exitCode = await runCli(commands, process.argv.slice(2), async (stage) =>
  (await import("./world/open-world.ts")).openWorld(stage),
);
