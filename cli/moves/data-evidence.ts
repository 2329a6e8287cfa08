import type { StageAws } from "../../infra/aws/stage-aws.ts";
import { parseStageAddresses } from "../../infra/stack-outputs.ts";
import { otherColour } from "../../rollout/colour.ts";
import {
  integrityCommand,
  uncheckedBefore,
  withDataCheck,
  withMigrationBegun,
  withMigrationEnded,
} from "../../rollout/data-evidence.ts";
import { parseRecord } from "../../rollout/record.ts";
import { isOldVersion } from "../../rollout/return.ts";
import type { IntegrityReport } from "../evidence/integrity-report.ts";
import { messageOf } from "../outcome.ts";
import type { RolloutWorld } from "../world.ts";
import type { TaskRun } from "./one-off-task.ts";

/** What became of a check of the data in AWS: a sentence, and whether it counts where one is required. */
export interface RecordedCheck {
  readonly told: string;
  /** False where the config requires the check, and it could not be recorded. */
  readonly isKept: boolean;
}

/**
 * Leaves in AWS what a check of the data has found, where every preview and update reads it before the first step of public
 * traffic. It counts for the release in the candidate.
 *
 * @param comparedWith ISO 8601 instant of the check that it was compared with; null where with none
 * @returns undefined where the config requires no check
 */
export async function recordDataCheck(
  world: Pick<RolloutWorld, "stage" | "stackFile" | "pulumi" | "openAws">,
  { at, findings }: IntegrityReport,
  comparedWith: string | null,
): Promise<RecordedCheck | undefined> {
  if (!world.stackFile.readConfig().verify.integrityRequired) return undefined;
  try {
    const outputs = await world.pulumi.outputs();
    const record = parseRecord(outputs.rollout);
    const candidate = record === null ? undefined : otherColour(record.liveColour);
    const image = record !== null && candidate !== undefined && !isOldVersion(record) ? record.images[candidate] : null;
    if (candidate === undefined || image === null) {
      return { told: "The candidate has no new release, so this check counts for none.", isKept: true };
    }
    const aws = world.openAws(parseStageAddresses(world.stage, outputs));
    const kept = withDataCheck(await aws.readDataEvidence(candidate), image, {
      ...verdictOf(findings),
      at,
      comparedWith,
    });
    if (kept === undefined) {
      const told = `It counts for nothing: a migration of the release in ${candidate} has begun, so compare it with the check before that.`;
      return { told, isKept: false };
    }
    await aws.writeDataEvidence(candidate, kept);
    const when = comparedWith === null ? "before its migration" : "compared with an earlier state";
    return { told: `Recorded in AWS for the release in ${candidate}: the data ${when}.`, isKept: true };
  } catch (error) {
    return { told: `It could not be recorded in AWS: ${messageOf(error)}`, isKept: false };
  }
}

function verdictOf(findings: IntegrityReport["findings"]) {
  const objecting = findings.filter(({ result }) => result !== "pass");
  const hasFailed = objecting.some(({ result }) => result === "fail");
  const verdict = hasFailed ? "fail" : objecting.length > 0 ? "incomplete" : "pass";
  return { verdict, objections: objecting.map(({ what }) => what) } as const;
}

/** Whether a migration waits for a check of the data: where the config requires it, and the release has no public traffic. */
function waitsForCheck({ world, run, colour, record }: TaskRun): boolean {
  return (
    run === "migrate" &&
    colour === otherColour(record.liveColour) &&
    world.stackFile.readConfig().verify.integrityRequired
  );
}

type DataPorts = Pick<StageAws, "readDataEvidence" | "writeDataEvidence">;

/**
 * Why a migration may not begin yet, or what a written reason lets through of that.
 *
 * @throws {Error} where AWS cannot be asked
 */
export async function checkBeforeMigration(
  it: TaskRun,
  image: string,
  aws: DataPorts,
): Promise<{ readonly problems: readonly string[]; readonly overridden: readonly string[] }> {
  if (!waitsForCheck(it)) return { problems: [], overridden: [] };
  const missing = uncheckedBefore(await aws.readDataEvidence(it.colour), image);
  if (missing === undefined) return { problems: [], overridden: [] };
  if (it.reason !== undefined) return { problems: [], overridden: [missing] };
  return {
    problems: [
      `${missing} verify.integrityRequired asks for one that passes, because it cannot be made up for afterwards. Run ${integrityCommand(it.world.stage)}, or give a written --reason "<why>".`,
    ],
    overridden: [],
  };
}

/** Notes in AWS that the release brings a migration, before it begins, or that it has ended. */
export async function noteMigration(it: TaskRun, image: string, how: "begun" | "ended", aws: DataPorts): Promise<void> {
  if (!waitsForCheck(it)) return;
  const withIt = how === "begun" ? withMigrationBegun : withMigrationEnded;
  const found = await aws.readDataEvidence(it.colour);
  await aws.writeDataEvidence(it.colour, withIt(found, image, it.world.now().toISOString()));
}
