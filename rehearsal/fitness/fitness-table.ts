import { type Stage, stages } from "../../infra/config/schema/stage-config.ts";
import { assumedImages } from "../plan/assumed-images.ts";
import { planAssumed } from "../plan/compare-stage.ts";
import { type FitnessTableRow, fitnessRows } from "../report/fitness-rows.ts";
import type { FitnessReport } from "../report/report-schema.ts";
import { readRehearsedConfig } from "../walk/course.ts";
import { judgeFitness } from "./judge-fitness.ts";

/** What the alarms of a stage's stack file are worth, with an image for both colours. */
export async function fitnessOf(stage: Stage, projectFolder: string, now: Date): Promise<FitnessReport> {
  const set = { "images.blue": assumedImages.blue, "images.green": assumedImages.green };
  const { plan } = await planAssumed({ stage, set, now, projectFolder });
  return judgeFitness(plan, readRehearsedConfig(projectFolder, stage, set));
}

/** The table of both stages in Markdown. A row that both have alike stands once. */
export function renderFitness(reports: Readonly<Record<Stage, FitnessReport>>): string {
  const byText = new Map<string, { readonly row: FitnessTableRow; readonly of: Stage[] }>();
  for (const stage of stages) {
    for (const row of fitnessRows(reports[stage].rows)) {
      const key = JSON.stringify(row);
      const known = byText.get(key) ?? { row, of: [] };
      known.of.push(stage);
      byText.set(key, known);
    }
  }
  const lines = [...byText.values()]
    .toSorted((one, other) => placeOf(one.row.alarm) - placeOf(other.row.alarm))
    .map(({ row, of }) => {
      const { alarm, fault, traffic, after, harmless, held } = row;
      const cells = [
        `\`${alarm}\``,
        of.length === stages.length ? "both" : of.join(", "),
        `${fault} (${traffic})`,
        held ? after : `**${after}: not as it should**`,
        harmless.join("; "),
      ];
      return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    });
  return ["| alarm | stage | goes off where | after | silent where |", "|---|---|---|---|---|", ...lines].join("\n");

  /** The order of the first stage; what only another has comes beside its like. */
  function placeOf(alarm: string): number {
    return [...byText.values()].findIndex(({ row }) => row.alarm === alarm);
  }
}
