/** Takes each demand of the guide away, one after the other, and sees the test of its row fail. */
import { buildCommand } from "@stricli/core";
import { exitCodes } from "../../cli/outcome.ts";
import { type ProgramContext, runProgram } from "../../cli/program.ts";
import { guideMutations } from "./mutations.ts";
import { proveGuide } from "./prove.ts";

const prove = buildCommand<Record<string, never>, string[], ProgramContext>({
  docs: {
    brief:
      "Take each demand of the deployment guide away in a copy of the project, and see that the test of its row in docs/guide-map.md fails.",
  },
  parameters: {
    positional: {
      kind: "array",
      parameter: { brief: "Ids of demands, such as S1. Default: all.", parse: String, placeholder: "id" },
    },
    flags: {},
  },
  async func(_, ...ids) {
    const known = guideMutations.map(({ id }) => id);
    const unknown = ids.filter((id) => !known.includes(id));
    if (unknown.length > 0) throw new Error(`No demand is named ${unknown.join(", ")}. Choose of ${known.join(", ")}.`);
    const chosen = guideMutations.filter(({ id }) => ids.length === 0 || ids.includes(id));
    const unnoticed = await proveGuide(chosen, (line) => console.log(line));
    this.process.exitCode = unnoticed === 0 ? exitCodes.done : exitCodes.refusedOrFailed;
  },
});

process.exitCode = await runProgram({
  name: "npm run prove-guide --",
  root: prove,
  words: process.argv.slice(2),
  terminal: process,
  context: (host) => ({ process: host }),
});
