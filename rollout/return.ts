import { type Colour, otherColour } from "./colour.ts";
import { type ContractMigration, contractSince, contractWhy } from "./contract-migrations.ts";
import { type Latch, latchedAt } from "./latch.ts";
import type { RolloutRecord } from "./record.ts";
import type { LastPromote, RollbackAddress } from "./rollback-address.ts";
import { changedSettings } from "./settings.ts";
import { addSeconds, type Clock, formatInstant } from "./time.ts";

/**
 * The end of the rollback window that the last promote opened, or undefined where none was opened.
 *
 * @param configuredSeconds the config's window, which counts where the record of an older version does not know the one that
 *   the promote opened
 */
export function rollbackWindowEnd(record: RolloutRecord, configuredSeconds: number): Date | undefined {
  const seconds = record.rollbackWindowSeconds ?? configuredSeconds;
  return record.promotedAt === null ? undefined : addSeconds(new Date(record.promotedAt), seconds);
}

/**
 * What the rollback address says of the last promote. It depends on neither the weight nor the clock, so that a step leaves
 * the address alone.
 *
 * @returns null where nothing was promoted, or the promote was undone by a return
 */
export function lastPromote(record: RolloutRecord, rollbackWindowSeconds: number): LastPromote | null {
  const returnUntil = rollbackWindowEnd(record, rollbackWindowSeconds);
  if (record.promotedAt === null || returnUntil === undefined) return null;
  const liveBefore = otherColour(record.liveColour);
  const promotion = record.history.findLast((entry) => entry.event === "promoted");
  return {
    at: record.promotedAt,
    returnUntil: returnUntil.toISOString(),
    liveBefore,
    imageBefore: promotion?.images[liveBefore] ?? null,
    imageNow: record.images[liveBefore],
  };
}

/** A record and a latch as a return is judged by them: the same as from the rollback address that goes with the record. */
export function returnPlaceOf(
  record: RolloutRecord,
  rollbackWindowSeconds: number,
  latch: Latch,
  contracts: readonly ContractMigration[] | undefined,
): ReturnPlace {
  const { liveColour } = record;
  return { address: { liveColour, lastPromote: lastPromote(record, rollbackWindowSeconds) }, latch, contracts };
}

/**
 * Whether the candidate is the version that was live before the last promote, and so no release to roll out: the way back
 * to it is a return.
 */
export function isOldVersion(record: RolloutRecord): boolean {
  if (record.promotedAt === null) return false;
  const candidate = otherColour(record.liveColour);
  const promotion = record.history.findLast((entry) => entry.event === "promoted");
  return record.images[candidate] !== null && record.images[candidate] === promotion?.images[candidate];
}

/**
 * Whether the version that served before the last promote can still become live again at once: its window is open and
 * the old colour still runs the image it had then.
 */
export function canReturn(record: RolloutRecord, rollbackWindowSeconds: number, now: Date): boolean {
  const end = rollbackWindowEnd(record, rollbackWindowSeconds);
  return end !== undefined && now < end && isOldVersion(record);
}

/**
 * Whether the candidate is the release that the last return took off the public path. With the same image and another
 * setting it is a release of its own.
 */
export function isReturnedFrom({ returnedFrom, liveColour, images, releaseSettings }: RolloutRecord): boolean {
  const candidate = otherColour(liveColour);
  if (returnedFrom === undefined || images[candidate] !== returnedFrom.image) return false;
  const [before, now] = [returnedFrom.settings, releaseSettings?.[candidate]];
  return before === undefined || now === undefined || now === null || changedSettings(before, now).length === 0;
}

/** What one read of AWS gives, by which a return is judged before any traffic moves. */
export interface ReturnPlace {
  readonly address: Pick<RollbackAddress, "liveColour" | "lastPromote">;
  readonly latch: Latch;
  /** The `contract` migrations that ran, oldest first. Absent where nobody can tell: then none is taken to have run. */
  readonly contracts?: readonly ContractMigration[] | undefined;
}

/** Why the release before the last promote cannot become live again. */
interface ReturnProblem {
  /** A clause: `the rollback window ended at 14:20 UTC`. */
  readonly why: string;
  /** Sentences: what to do instead. */
  readonly todo: string;
}

/** Whether the last promote can be undone. */
export interface ReturnJudgement {
  /** The colour that is not live. Only this one can be returned to. */
  readonly to: Colour;
  /** End of the rollback window; undefined where there is no promote to undo. */
  readonly until: Date | undefined;
  /** Empty where a return is possible, as far as this read tells; whether the tasks are healthy is another question. */
  readonly problems: readonly ReturnProblem[];
}

/**
 * Judges whether a return is possible: after a promote, inside its rollback window, to the release that was live before it,
 * and not to one that was rolled back since. The program holds the same rules, but only after the traffic would have moved.
 *
 * @param stage named in the commands that a reader can copy
 */
export function judgeReturn({ address, latch, contracts }: ReturnPlace, stage: string, clock: Clock): ReturnJudgement {
  const { liveColour: live, lastPromote } = address;
  const to = otherColour(live);
  if (lastPromote === undefined) {
    const problem = {
      why: "the last update was made by a version of this program that did not yet record where a return leads",
      todo: `If ${to} was live before the last promote, set liveColour to ${to} and candidateWeight to 0 in Pulumi.${stage}.yaml and run npx pulumi up --stack ${stage}, which refuses it where it must not be.`,
    };
    return { to, until: undefined, problems: [problem] };
  }
  if (lastPromote === null || lastPromote.liveBefore !== to) {
    const problem = {
      why: "there is no promote to undo: nothing was promoted, or the return has been made already",
      todo: `${live} is live and ${to} is the candidate, which gets traffic by the steps: npm run rollout -- advance --stage ${stage}. To send all traffic to ${live}, run npm run rollout -- rollback --stage ${stage}.`,
    };
    return { to, until: undefined, problems: [problem] };
  }
  const problems: ReturnProblem[] = [];
  const until = new Date(lastPromote.returnUntil);
  const release = `Roll out a fixed release as images.${to}.`;
  if (!isOldRelease(address)) {
    const why =
      lastPromote.imageNow === null
        ? `${to} was retired and runs nothing`
        : `${to} no longer has the release that was live before, but ${lastPromote.imageNow}`;
    problems.push({ why, todo: release });
  }
  if (clock.now >= until)
    problems.push({ why: `the rollback window ended at ${formatInstant(until, clock)}`, todo: release });
  const contract = contractSince(contracts, lastPromote.at, lastPromote.imageBefore);
  if (contract !== undefined) {
    problems.push({ why: contractWhy(contract, clock), todo: release });
  }
  if (latch.state === "set" && latch.rolledBack === to) {
    problems.push({
      why: `${to} was itself taken off the public path at ${latchedAt(latch, clock)} (${latch.reason})`,
      todo: `If it may serve the public all the same, clear the latch first: npm run rollout -- resume --stage ${stage} --reason "<why>". Then run this command again.`,
    });
  }
  return { to, until, problems };
}

/**
 * Whether the candidate has the release that was live before the last promote. The steps never send traffic to it, so a
 * rollback takes nothing from it.
 */
export function isOldRelease({ lastPromote }: ReturnPlace["address"]): boolean {
  if (lastPromote === undefined || lastPromote === null) return false;
  return lastPromote.imageBefore !== null && lastPromote.imageNow === lastPromote.imageBefore;
}

/**
 * The line that makes the release before the last promote live again.
 *
 * @returns undefined where no return is possible
 */
export function returnHint({ to, until, problems }: ReturnJudgement, stage: string, clock: Clock): string | undefined {
  if (problems.length > 0 || until === undefined) return undefined;
  return `To return to ${to}, which was live before (possible until ${formatInstant(until, clock)}), run npm run rollout -- rollback --stage ${stage} --to ${to}.`;
}
