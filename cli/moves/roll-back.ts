import type { RollbackPlace } from "../../infra/aws/latch-and-address.ts";
import type { FoundPlace, RescueAws } from "../../infra/aws/rescue.ts";
import { type Colour, otherColour } from "../../rollout/colour.ts";
import { type ContractMigration, knownContracts } from "../../rollout/contract-migrations.ts";
import { clearLatch, type Latch, type SetLatch } from "../../rollout/latch.ts";
import { fitReason } from "../../rollout/reason.ts";
import { type Receiver, receiverText } from "../../rollout/receiver.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { isOldRelease } from "../../rollout/return.ts";
import { formatSplit, isSameSplit, type Split, weightsByColour } from "../../rollout/split.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { wholeSecond } from "../evidence/evidence-folder.ts";
import { returnFrontend } from "../frontend/return-frontend.ts";
import { messageOf } from "../outcome.ts";
import { restoresIn } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import { acceptReturn, type KnownPlace, setAgain } from "./accept-return.ts";
import { type Settled, settle } from "./read-back.ts";
import { askForReceiver } from "./receiver.ts";
import { converge, latchBefore, rollbackEvidence } from "./rollback-record.ts";
import { nothingTaken, pastTheRule, wayBack } from "./rollback-words.ts";

/** What is asked for. */
export interface RollbackRequest {
  /** Why; it stands in the latch, in the notice and in the evidence. None is refused: it is made to fit instead. */
  readonly reason: string;
  /** The colour that gets all public traffic; default the live one. The other one is a return after promote. */
  readonly to: Colour | undefined;
  /** Whether stack file and record are left to a later run or merge. Only for the way back to the live colour. Default false. */
  readonly leavesFile?: boolean;
}

/** How a rollback ended. */
export interface RollbackResult {
  readonly outcome: "done" | "incomplete";
  /** The split as it was read back from AWS, or as AWS accepted it where it could not be read. */
  readonly split: Split;
  /** Milliseconds from the command's first call until AWS had accepted the weights. */
  readonly trafficMilliseconds: number;
  /** Whether the latch stands when the command ends. */
  readonly isLatched: boolean;
  /** Who got the traffic, and whether its tasks can take it. */
  readonly receiver: Receiver;
  /** What a reader has to know besides, a sentence or two each: the way back after a promote, a changed reason. */
  readonly notes: readonly string[];
  /** What is still to be done, a sentence each; empty where everything is. */
  readonly problems: readonly string[];
  /** Null where it could not be written. */
  readonly evidence: Evidence | null;
  readonly evidencePath: string | null;
}

/**
 * Takes the candidate off the public path: the traffic first, by AWS's second call and before anything is asked of Pulumi;
 * the latch second; people third; then the stack file and an update, so that config, record and AWS agree again.
 *
 * A return goes the same way, once it is known to be possible.
 *
 * Whatever fails after the traffic undoes nothing and stops none of the rest; it is told at the end. Everything can be done
 * twice, so that a rollback that was cut off is run again.
 *
 * A frontend that is out with the release is taken back after the latch, by one call of Vercel that nothing else waits for.
 *
 * How many healthy tasks the receiver has, and how many the load needs, is asked once the latch is set. Only a return asks before
 * whether anybody would answer at all.
 *
 * @throws {RefusedError} for a return that is not possible; nothing was changed
 * @throws {Error} where the traffic itself could not be moved
 */
export async function rollBack(
  world: RolloutWorld,
  { reason: given, to, leavesFile = false }: RollbackRequest,
): Promise<RollbackResult> {
  const { reason, whole, change } = fitReason(given);
  const startedAt = wholeSecond(world.now());
  const firstCallAt = world.now().getTime();
  const { rescue, place } = await openAndFind(world);
  const { address, latch: stood } = place;
  const live = to ?? address.liveColour;
  const isReturn = live !== address.liveColour;
  if (isReturn) await acceptReturn(world, rescue, place);
  const back = isReturn ? undefined : wayBack({ place, stage: world.stage, now: startedAt, timeZone: place.timeZone });

  const problems: string[] = [];
  const attempt = async (what: string, run: () => Promise<void>) => {
    try {
      await run();
    } catch (error) {
      problems.push(`${what} ${messageOf(error)}`);
    }
  };
  // One whose parameter is missing counts as set, but has no reason that could stand: it is written.
  let isLatched = stood.state === "set" && stood.isMissing !== true;
  const writeLatch = async (value: Latch) => {
    await rescue.writeLatch(value);
    isLatched = value.state === "set";
  };
  const latch: SetLatch = { state: "set", at: startedAt.toISOString(), reason, ...takenOff(place, isReturn) };
  const wasCleared = isReturn && stood.state === "set";
  // The check each minute holds that a set latch means all traffic to the colour that is live: it would undo a return.
  if (wasCleared) {
    await attempt("The latch that stood could not be cleared, so the check each minute may undo this.", () =>
      writeLatch(clearLatch),
    );
  }
  const accepted = await rescue.moveAllTraffic(address, live).catch(async (failure: unknown) => {
    const error = await notMoved(rescue, place, live, failure);
    if (wasCleared) await setAgain(rescue, stood, error);
    throw error;
  });
  const trafficMilliseconds = world.now().getTime() - firstCallAt;
  world.say(`AWS accepted ${formatSplit(accepted)} after ${(trafficMilliseconds / 1000).toFixed(1)} s`);
  if (back !== undefined) world.say(back);
  // The first reason stands: it says why the traffic was returned.
  if (!isReturn && !isLatched) {
    await attempt("The latch is not set, so run no update.", () => writeLatch(latch));
  }
  // Side by side: neither waits for the other, and people are told of both.
  const [{ receiver, publicPath }, frontend] = await Promise.all([
    askForReceiver(world, rescue, place, live),
    returnFrontend(world, rescue, { place, isReturn }),
  ]);
  const canServe = receiverText(receiver, world.stage);
  const past = pastTheRule(publicPath, world.stage);
  problems.push(...past, ...(frontend?.did === "failed" ? [frontend.text] : []));
  const ofFrontend = frontend === undefined ? [] : [frontend.text];
  for (const line of [canServe, ...past, ...ofFrontend]) world.say(line);
  await attempt("Nobody was told.", () =>
    rescue.publish(
      address,
      isReturn
        ? `Return by hand: ${live} serves all public traffic again`
        : `Rollback by hand: ${live} serves all public traffic`,
      [
        `${live} serves all public traffic, and ${otherColour(live)} none. Reason: ${reason}.`,
        canServe,
        ...past,
        ...ofFrontend,
        ...(back === undefined ? [] : [back]),
        `To go on, when the cause is found: npm run rollout -- resume --stage ${world.stage}; docs/runbook.md.`,
      ].join(" "),
    ),
  );
  const settled = await readBack(world, rescue, place, live, problems);
  let before: RolloutRecord | undefined;
  const record = async () => {
    before = await converge(world, { live, isReturn, now: startedAt });
  };
  if (!leavesFile) {
    await attempt(
      "Traffic is back, but config and record do not say so yet. Fix the error below, then run this command again.",
      record,
    );
  }
  if (isReturn && before !== undefined) await attempt("The latch is not set.", () => writeLatch(latch));

  const known = { startedAt, live, reason: whole, before, settled, problems, frontend };
  const replaced = wasCleared ? [`The latch was set at ${stood.at}: ${stood.reason}`] : [];
  let evidence: Evidence | null = null;
  let evidencePath: string | null = null;
  await attempt("The evidence could not be written.", async () => {
    evidence = { ...(await rollbackEvidence(world, known)), ...latchBefore(stood), overridden: replaced };
    evidencePath = await world.evidence.write(evidence);
  });
  const notes = [
    canServe,
    ...(frontend === undefined || frontend.did === "failed" ? [] : [frontend.text]),
    ...(before === undefined || isReturn
      ? []
      : nothingTaken({ place, stage: world.stage, now: startedAt, timeZone: place.timeZone }, before)),
    ...(leavesFile ? [leftToBeMerged(world)] : []),
    ...(back === undefined ? [] : [back]),
    ...(change === undefined ? [] : [`${change} The evidence has all of it.`]),
    ...(isReturn || stood.state === "clear" || stood.isMissing === true
      ? []
      : [`The latch stood already, since ${stood.at}, and keeps its reason: ${stood.reason}.`]),
  ];
  const outcome = problems.length === 0 ? "done" : "incomplete";
  const split = settled?.split ?? accepted;
  return { outcome, split, trafficMilliseconds, isLatched, receiver, notes, problems, evidence, evidencePath };
}

/** What a rollback that leaves the stack file alone leaves to be done. */
function leftToBeMerged({ stackFile, stage }: RolloutWorld): string {
  return `${stackFile.name} and the record still have the weight of before. Merge candidateWeight: 0, which the workflow next-step proposes, or run npm run rollout -- rollback --stage ${stage} in a checkout. Until then every update that asks for more is refused.`;
}

/** Opens AWS and finds where the rule is. Whoever reads a failure wants to know first that nothing was moved. */
async function openAndFind(world: RolloutWorld): Promise<{ readonly rescue: RescueAws; readonly place: KnownPlace }> {
  try {
    const rescue = await world.openRescue();
    const place = await rescue.find();
    return { rescue, place: { ...place, contracts: await contractsWithoutRecord(world, place) } };
  } catch (error) {
    throw new Error(`No traffic was moved. ${messageOf(error)} ${otherWays}`, { cause: error });
  }
}

/**
 * The `contract` migrations that AWS and the evidence tell of; Pulumi, and with it the record, is not asked. A file that cannot be
 * read keeps nobody from rolling back.
 */
async function contractsWithoutRecord(
  { evidence, stackFile }: RolloutWorld,
  { noted }: FoundPlace,
): Promise<readonly ContractMigration[]> {
  const told = await evidence.contractMigrations().catch(() => undefined);
  const sources = { record: null, told: told?.contracts, noted };
  const known = knownContracts({ ...sources, restores: [] });
  if (known.length === 0) return known;
  try {
    return knownContracts({
      ...sources,
      restores: await restoresIn(evidence, stackFile.readConfig().database.restoreFrom),
    });
  } catch {
    // Nobody knows whether a restore has undone one, so it counts.
    return known;
  }
}

/** A move that AWS did not accept, or whose answer was lost: what the traffic does now, as far as AWS tells. */
async function notMoved(rescue: RescueAws, { address }: RollbackPlace, live: Colour, failure: unknown): Promise<Error> {
  const split = await rescue.readSplit(address).catch(() => undefined);
  const now =
    split === undefined
      ? "Nobody knows whether the traffic was moved, because AWS does not say what it gives now."
      : isSameSplit(split, weightsByColour(live, 0))
        ? `The traffic is with ${live}: AWS gives ${formatSplit(split)}, although the call failed. Run this command again, which sets the latch and updates.`
        : `No traffic was moved: AWS gives ${formatSplit(split)}.`;
  return new Error(`${now} ${messageOf(failure)} ${otherWays}`, { cause: failure });
}

const otherWays = "Other ways to move it: docs/runbook.md, Roll back.";

/**
 * Whose release the latch holds back: of a return the one that was live. After a promote the candidate has the release
 * before, to which a return must stay possible: the latch then names none.
 */
function takenOff({ address }: RollbackPlace, isReturn: boolean): Pick<SetLatch, "rolledBack"> {
  if (isReturn) return { rolledBack: address.liveColour };
  return isOldRelease(address) ? {} : { rolledBack: otherColour(address.liveColour) };
}

async function readBack(
  world: RolloutWorld,
  rescue: RescueAws,
  { address }: RollbackPlace,
  live: Colour,
  problems: string[],
): Promise<Settled | undefined> {
  const expected = weightsByColour(live, 0);
  world.say("Reading back from AWS");
  try {
    const settled = await settle(world, {
      readSplit: () => rescue.readSplit(address),
      readTargets: (colour) => rescue.readTargets(address, colour),
      expected,
      healthyTasks: { blue: 1, green: 1 },
    });
    problems.push(...settled.problems);
    return settled;
  } catch (error) {
    problems.push(`The weights could not be read back. ${messageOf(error)}`);
    return undefined;
  }
}
