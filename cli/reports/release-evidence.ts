import type { ReleaseFindings } from "../../infra/aws/latch-and-address.ts";
import { dataObjection, parseDataEvidence } from "../../rollout/data-evidence.ts";
import { namingStage } from "../../rollout/move.ts";
import { isOldVersion } from "../../rollout/return.ts";
import { type Clock, formatInstant, parseDurationSeconds } from "../../rollout/time.ts";
import { parseVerification, releaseFingerprint, verificationObjection } from "../../rollout/verification.ts";
import type { Snapshot } from "../snapshot.ts";

/** What is known of a release besides the gate: whether it ran in staging, the verdict of `verify`, or the checks of the data. */
export interface ReleaseEvidence {
  readonly about: "staging" | "verify" | "integrity";
  readonly colour: "blue" | "green";
  /** Whether nothing objects. */
  readonly holds: boolean;
  /** Whether the first step of public traffic waits for it now. */
  readonly isAwaited: boolean;
  /** Which release, where, when, and what was found; a sentence. */
  readonly sentence: string;
  /** A line to paste; null where it holds, and where no command helps. */
  readonly command: string | null;
}

type Facts = Pick<Snapshot, "stage" | "config" | "record" | "candidate" | "takenAt"> & {
  readonly findings?: ReleaseFindings | undefined;
  readonly staging?: string | null | undefined;
};

/**
 * Says what `verify` and `integrity` have left about the candidate's release, before and during its rollout, and what `verify` has
 * left about the live one since its promote (guide R4), where the config requires them; and before production's first step whether the
 * image has run in staging.
 */
export function releaseEvidence(facts: Facts): readonly ReleaseEvidence[] {
  return [...ofStaging(facts), ...(facts.findings === undefined ? [] : ofFindings(facts, facts.findings))];
}

function ofStaging({ staging, candidate }: Facts): readonly ReleaseEvidence[] {
  if (staging === undefined) return [];
  const sentence = staging ?? `The image of ${candidate} has had public traffic in staging.`;
  return [{ about: "staging", colour: candidate, holds: staging === null, isAwaited: true, sentence, command: null }];
}

function ofFindings(facts: Facts, findings: ReleaseFindings): readonly ReleaseEvidence[] {
  const { config, record } = facts;
  const { required, integrityRequired } = config.verify;
  const isNew = record.images[facts.candidate] !== null && !isOldVersion(record);
  return [
    ...(required && isNew ? [verifyOfCandidate(facts, findings)] : []),
    ...(integrityRequired && isNew ? dataOfCandidate(facts, findings) : []),
    ...(required && record.promotedAt !== null && record.weightPercent === 0 && !isNew
      ? [verifyOfLive(facts, record.promotedAt, findings)]
      : []),
  ];
}

function verifyOfCandidate(
  { stage, config, record, candidate, takenAt }: Facts,
  findings: ReleaseFindings,
): ReleaseEvidence {
  const clock = { now: takenAt, timeZone: config.timeZone };
  const found = parseVerification(findings.verifications[candidate]);
  const release = releaseFingerprint(record, candidate) ?? "";
  const validForSeconds = parseDurationSeconds(config.verify.validFor);
  const objection = verificationObjection(found, { candidate, release, validForSeconds }, clock);
  return {
    about: "verify",
    colour: candidate,
    holds: objection === undefined,
    isAwaited: record.weightPercent === 0,
    sentence: objection ?? passed(`The release in ${candidate}`, "its own host", found?.at, clock),
    command: objection === undefined ? null : `npm run rollout -- verify --stage ${stage} --host candidate`,
  };
}

function verifyOfLive(
  { stage, config, record, takenAt }: Facts,
  promotedAt: string,
  findings: ReleaseFindings,
): ReleaseEvidence {
  const clock = { now: takenAt, timeZone: config.timeZone };
  const live = record.liveColour;
  const found = parseVerification(findings.verifications[live]);
  const isOfIt =
    found?.host === "public" &&
    found.release === releaseFingerprint(record, live) &&
    Date.parse(found.at) >= Date.parse(promotedAt);
  const holds = isOfIt && found.verdict === "pass";
  const objections = isOfIt && found.objections.length > 0 ? `: ${found.objections.join(", ")}` : "";
  return {
    about: "verify",
    colour: live,
    holds,
    isAwaited: false,
    sentence: holds
      ? passed(`The release in ${live}`, "the public host", found.at, clock)
      : isOfIt
        ? `The release in ${live} was verified on the public host at ${formatInstant(new Date(found.at), clock)}, and the verdict is ${found.verdict}${objections}.`
        : `Nobody has verified the release in ${live} on the public host since its promote (guide R4).`,
    command: holds ? null : `npm run rollout -- verify --stage ${stage}`,
  };
}

function passed(what: string, host: string, at: string | undefined, clock: Clock): string {
  return `${what} passed verify on ${host} at ${formatInstant(new Date(at ?? clock.now), clock)}.`;
}

/** One line where a migration was started from the candidate's image, and none where it brought none. */
function dataOfCandidate(facts: Facts, findings: ReleaseFindings): readonly ReleaseEvidence[] {
  const { stage, config, record, candidate, takenAt } = facts;
  const clock = { now: takenAt, timeZone: config.timeZone };
  const found = parseDataEvidence(findings.dataEvidence[candidate]);
  const image = record.images[candidate];
  if (found === undefined || found.image !== image || found.migration === null) return [];
  const objection = dataObjection(found, image, clock);
  const held = formatInstant(new Date(found.after?.at ?? clock.now), clock);
  return [
    {
      about: "integrity",
      colour: candidate,
      holds: objection === undefined,
      isAwaited: record.weightPercent === 0,
      sentence:
        objection?.what ??
        `The data held before and after the migration of the release in ${candidate}, checked last at ${held}.`,
      command: objection?.command === undefined ? null : namingStage(objection.command, stage),
    },
  ];
}

/** What the first step of public traffic waits for, a line each. */
export function awaitedLines(evidence: readonly ReleaseEvidence[]): string[] {
  return evidence.filter(isObstacle).map(lineOf);
}

/** What is no obstacle now: what holds, and what is wanted after the promote. */
export function toldLines(evidence: readonly ReleaseEvidence[]): string[] {
  return evidence.filter((one) => !isObstacle(one)).map(lineOf);
}

function isObstacle({ holds, isAwaited }: ReleaseEvidence): boolean {
  return isAwaited && !holds;
}

function lineOf({ sentence, command }: ReleaseEvidence): string {
  return command === null ? sentence : `${sentence} Run ${command}`;
}
