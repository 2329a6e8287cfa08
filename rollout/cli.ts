#!/usr/bin/env node
import { runCli } from "./commands/shared/run-cli.ts";

process.exitCode = await runCli(
  { history: async () => (await import("./commands/history.ts")).history },
  process.argv.slice(2),
);
