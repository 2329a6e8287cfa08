import { colours } from "../../../rollout/colour.ts";
import { plainLine } from "../../../rollout/plain-text.ts";
import type { HistoryEntry } from "../../../rollout/record.ts";
import { type Column, renderTable } from "../../terminal.ts";

const columns: readonly Column[] = [
  { heading: "when (UTC)" },
  { heading: "event" },
  { heading: "live" },
  { heading: "weight", figures: true },
  ...colours.map((colour) => ({ heading: `${colour} image` })),
  { heading: "override" },
];

/** Draws the history as a table, a line for each entry, in the order given. */
export function renderHistory(stage: string, history: readonly HistoryEntry[]): string {
  if (history.length === 0) return `The stack ${stage} has no history: no update of it has finished yet.`;
  return renderTable(columns, history.map(cells)).join("\n");
}

function cells({ at, event, liveColour, weightPercent, images, override }: HistoryEntry): readonly string[] {
  return [
    new Date(at).toISOString().slice(0, 19).replace("T", " "),
    event,
    liveColour,
    `${weightPercent} %`,
    ...colours.map((colour) => shortImage(images[colour])),
    plainLine(override ?? ""),
  ];
}

/** The first 12 digits of a digest, as container tools show them. */
function shortImage(digest: string | null): string {
  return digest === null ? "none" : digest.replace(/^sha256:/, "").slice(0, 12);
}
