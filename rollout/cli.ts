#!/usr/bin/env node
import { commands } from "./commands/index.ts";
import { runCli } from "./commands/shared/run-cli.ts";

process.exitCode = await runCli(commands, process.argv.slice(2), async (stage) =>
  (await import("./world/open-world.ts")).openWorld(stage),
);
