import { expect, it } from "vitest";
import { readDocumentTable } from "../../../rehearsal/document-table.ts";
import { fitnessOf, renderFitness } from "../../../rehearsal/fitness/fitness-table.ts";
import { fitnessRows } from "../../../rehearsal/report/fitness-rows.ts";
import { projectFolder } from "../../support/stack-files.ts";
import { stageReport } from "../report/report-fixture.ts";

it("the table in docs/observability.md is the one that npm run fitness -- --write makes", async () => {
  const now = new Date("2026-11-23T00:00:00Z");
  const staging = await fitnessOf("staging", projectFolder, now);
  const production = await fitnessOf("production", projectFolder, now);
  const document = new URL("../../../docs/observability.md", import.meta.url);
  expect(readDocumentTable(document, "alarms")).toBe(renderFitness({ staging, production }));
});

it("puts both colours into one row where they are alike, and only there", () => {
  const [blue, green] = stageReport.fitness.rows;
  if (blue === undefined || green === undefined) throw new Error("no rows");
  expect(fitnessRows([blue, green]).map(({ alarm, traffic }) => [alarm, traffic])).toEqual([
    ["<colour>-memory", "40 requests an hour, 5 % to it"],
  ]);
  const late = { ...green, firesAfterSeconds: 240, firedAt: ["80 %, without end"], held: false };
  expect(fitnessRows([blue, late]).map(({ after, harmless, held }) => [after, harmless[0], held])).toEqual([
    ["3 min", "80 %, without end", true],
    ["4 min", "80 %, without end (it went off)", false],
  ]);
});
