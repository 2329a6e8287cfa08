import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { lookAtStage } from "../../../infra/aws/look-at-stage.ts";
import { parseStageAddresses } from "../../../infra/stack-outputs.ts";
import type { StageSight } from "../../../rollout/gate/stage-sight.ts";
import type { Latch } from "../../../rollout/latch.ts";
import { parseRecord, type RolloutRecord } from "../../../rollout/record.ts";
import { readAnswers } from "../../acceptance/acceptance-folder.ts";
import { type CommandOutcome, messageOf, WrongUseError } from "../../outcome.ts";
import { stageTimeZone } from "../../rescue.ts";
import { checkPerformance } from "../../verify/checks/performance.ts";
import type { RolloutWorld } from "../../world.ts";
import { historyLines } from "../history-lines.ts";
import { dataAfterRollout } from "./data-after-rollout.ts";
import { deliveryFigures } from "./delivery-figures.ts";
import { finalSections } from "./final-sections.ts";
import { reportMarkdown } from "./report-markdown.ts";
import { rolloutObjectives } from "./rollout-objectives.ts";
import { reportRollout } from "./rollout-report.ts";

/**
 * Reports a stage's latest rollout from the record, the evidence and the latch. Of a release that still has traffic, AWS is
 * asked for the counts up to now. What cannot be read is named in the report, and the rest is told.
 *
 * @param html where the page is written; undefined writes none
 * @param final whether objectives, reasons, rollbacks, delivery figures and what people add stand below it (guide K3)
 * @throws {WrongUseError} where the page cannot be written
 */
export async function reportStage(
  world: RolloutWorld,
  { html: htmlFile, final = false }: { readonly html?: string | undefined; readonly final?: boolean },
): Promise<CommandOutcome> {
  const { stage, evidence: store, now } = world;
  const outputs = await world.pulumi.outputs();
  const record = parseRecord(outputs.rollout);
  const [evidence, refused, text, latch, counted] = await Promise.all([
    store.list(),
    store.refusedLooks(),
    world.stackFile.read(),
    orProblem(
      readLatch(world),
      "A rollback since the last update may be missing, because the latch could not be read.",
    ),
    orProblem(lookNow(world, outputs, record), "What was counted since the last evidence is missing."),
  ]);
  const timeZone = stageTimeZone(text);
  const { unreadable } = refused;
  const lines = historyLines({
    stage,
    entries: record?.history ?? [],
    evidence,
    latch: latch.value,
    now: now(),
    droppedUntil: record?.dropped?.until,
  });
  const report = reportRollout({
    stage,
    lines,
    counted: [...evidence.map(({ gate }) => gate?.input.steps ?? []), counted.value?.measured.steps ?? []],
    systemNow: counted.value?.system,
    refusedLooks: refused.looks,
    missing: [
      ...[latch.problem, counted.problem].flatMap((problem) => problem ?? []),
      ...(unreadable === 0
        ? []
        : [`Lines of evidence/${stage}/refused-looks.jsonl that could not be read: ${unreadable}.`]),
    ],
    now: now(),
  });
  if (report === undefined) {
    const nothing = `No release of ${stage} has had a step of public traffic yet, so there is no rollout to report.`;
    return { exitCode: 0, text: nothing, json: { stage, report: null } };
  }
  if (htmlFile !== undefined) {
    // Loaded only here: it draws charts.
    const { rolloutReportPage } = await import("./report-page.ts");
    await writePage(htmlFile, rolloutReportPage(report, timeZone));
    world.say(`The page is in ${htmlFile}.`);
  }
  const markdown = reportMarkdown(report, timeZone);
  if (!final || record === null) return { exitCode: 0, text: markdown, json: { report } };
  const aws = world.openAws(parseStageAddresses(stage, outputs));
  const config = world.stackFile.readConfig();
  const objectives = [
    ...(await rolloutObjectives(report, config.objectives)),
    ...(await checkPerformance(aws, config, record.liveColour, now())),
  ];
  const figures = deliveryFigures(lines, now());
  const data = dataAfterRollout(await store.integrityReports(), { stage, record, timeZone, now: now() });
  const answers = report.image === null ? [] : await readAnswers(world.projectFolder, report.image, config.acceptance);
  return {
    exitCode: 0,
    text: [markdown, finalSections({ report, objectives, figures, data, answers, timeZone })].join("\n\n"),
    json: { report, objectives, figures: figures ?? null, data, answers },
  };
}

async function writePage(file: string, text: string): Promise<void> {
  await writeFile(resolve(file), text).catch((error: unknown) => {
    throw new WrongUseError(`The page could not be written: ${messageOf(error)}. Name another file by --html.`, {
      cause: error,
    });
  });
}

async function readLatch({ openRescue }: RolloutWorld): Promise<Latch> {
  return (await (await openRescue()).find()).latch;
}

/** What AWS shows of a release that has public traffic, up to now. Of any other the evidence has all of it. */
async function lookNow(
  world: RolloutWorld,
  outputs: Parameters<typeof parseStageAddresses>[1],
  record: RolloutRecord | null,
): Promise<StageSight | undefined> {
  if (record === null || record.weightPercent === 0) return undefined;
  const aws = world.openAws(parseStageAddresses(world.stage, outputs));
  return await lookAtStage(aws, record, world.now());
}

async function orProblem<Value>(
  value: Promise<Value>,
  consequence: string,
): Promise<{ readonly value?: Value; readonly problem?: string }> {
  try {
    return { value: await value };
  } catch (error) {
    return { problem: `${consequence} ${messageOf(error)}` };
  }
}
