import type { Colour } from "../../../rollout/colour.ts";
import type { CommandOutcome } from "../../outcome.ts";
import { readSnapshot } from "../../snapshot.ts";
import { splitWords } from "../../terminal.ts";
import { checkPerformance } from "../../verify/checks/performance.ts";
import type { RolloutWorld } from "../../world.ts";
import { historyLines } from "../history-lines.ts";
import { describeStage } from "../status-report.ts";
import { dailyReport } from "./daily-report.ts";

/**
 * Reports the last day of a stage: where the traffic is, what moved, the objectives, and what stands open (guide K1).
 *
 * @throws {Error} where AWS or Pulumi cannot be asked
 */
export async function reportDay(world: RolloutWorld): Promise<CommandOutcome> {
  const { stage } = world;
  const snapshot = await readSnapshot(world);
  const { record, candidate, split, latch, config, takenAt } = snapshot;
  const yesterday = takenAt.getTime() - daySeconds * 1000;
  const lines = historyLines({
    stage,
    entries: record.history,
    evidence: await world.evidence.list(),
    latch,
    now: takenAt,
    droppedUntil: record.dropped?.until,
  }).filter(({ at }) => Date.parse(at) >= yesterday);
  const described = describeStage(stage, snapshot);
  const objectives = await checkPerformance(snapshot.aws, config, record.liveColour, takenAt);
  const release = (colour: Colour) => ({ digest: record.images[colour], label: record.labels?.[colour] ?? null });
  return {
    exitCode: 0,
    text: dailyReport({
      described,
      split: splitWords(split),
      lines,
      objectives,
      images: { live: release(record.liveColour), candidate: release(candidate) },
      now: takenAt,
      timeZone: config.timeZone,
    }),
    json: { described, lines, objectives },
  };
}

const daySeconds = 86_400;
