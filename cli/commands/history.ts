import { buildCommand } from "@stricli/core";
import { colours } from "../../rollout/colour.ts";
import { plainLine } from "../../rollout/plain-text.ts";
import type { HistoryEntry } from "../../rollout/record.ts";
import { type Column, renderTable } from "../terminal.ts";
import { action, type CommonFlags, commonFlags, explain } from "./command.ts";

/** `history`: what each update changed, oldest first, from the record that the last one wrote. */
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
    const [{ parseRecord }, { pulumi }] = await Promise.all([import("../../rollout/record.ts"), openWorld(stage)]);
    const outputs = await pulumi.outputs();
    const entries = parseRecord(outputs.rollout)?.history ?? [];
    return { exitCode: 0, text: renderHistory(stage, entries), json: { stage, history: entries } };
  }),
});

const columns: readonly Column[] = [
  { heading: "when (UTC)" },
  { heading: "event" },
  { heading: "live" },
  { heading: "weight", figures: true },
  ...colours.map((colour) => ({ heading: `${colour} image` })),
];

/** A line for each entry, in the order given, and below it the written reason, if there is one. */
function renderHistory(stage: string, entries: readonly HistoryEntry[]): string {
  if (entries.length === 0) return `The stack ${stage} has no history, because no update of it has finished yet.`;
  const [heading = "", rule = "", ...rows] = renderTable(columns, entries.map(cells));
  const withReasons = rows.flatMap((row, index) => {
    const reason = entries[index]?.override;
    return reason === undefined ? [row] : [row, `    Reason: ${plainLine(reason)}`];
  });
  return [heading, rule, ...withReasons].join("\n");
}

function cells({ at, event, liveColour, weightPercent, images }: HistoryEntry): readonly string[] {
  return [
    new Date(at).toISOString().slice(0, 19).replace("T", " "),
    event,
    liveColour,
    `${weightPercent} %`,
    ...colours.map((colour) => shortImage(images[colour])),
  ];
}

/** The first 12 digits of a digest, as container tools show them. */
function shortImage(digest: string | null): string {
  return digest === null ? "none" : digest.replace(/^sha256:/, "").slice(0, 12);
}
