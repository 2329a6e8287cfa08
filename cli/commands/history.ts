import { buildCommand } from "@stricli/core";
import { action, type CommonFlags, commonFlags, explain } from "./command.ts";

/** `history`: what each update made true, oldest first, from the record that the last one left behind. */
export const history = buildCommand({
  docs: explain("List every step, image, promote and return of a stage, with its time and written reason.", [
    { line: "npm run rollout -- history --stage production", purpose: "A table, the latest last. Times are UTC." },
    {
      line: "npm run --silent rollout -- history --stage production --json | jq '.history[-1]'",
      purpose: "The latest entry alone, with full image digests.",
    },
  ]),
  parameters: { flags: commonFlags },
  func: action(async ({ stage }: CommonFlags, openWorld) => {
    const [{ parseRecord }, { renderHistory }, { pulumi }] = await Promise.all([
      import("../../rollout/record.ts"),
      import("./history/render-history.ts"),
      openWorld(stage),
    ]);
    const outputs = await pulumi.outputs();
    const entries = parseRecord(outputs.rollout)?.history ?? [];
    return { exitCode: 0, text: renderHistory(stage, entries), json: { stage, history: entries } };
  }),
});
