import { runProgram } from "../../cli/program.ts";
import { trialCommand } from "./trial-command.ts";

process.exitCode = await runProgram({
  name: "npm run try-migration --",
  root: trialCommand,
  words: process.argv.slice(2),
  terminal: process,
  context: (host) => ({
    process: host,
    openWorld: async (stage) => (await import("../../cli/world.ts")).openWorld(stage),
  }),
});
