import { contractAfter } from "../../rollout/contract-migrations.ts";
import { type RecordedRelease, releasesOf } from "../../rollout/releases.ts";
import { canReturn, rollbackWindowEnd } from "../../rollout/return.ts";
import { secretKey, versionsIn, versionText } from "../../rollout/secret-versions.ts";
import { formatInstant } from "../../rollout/time.ts";
import { messageOf } from "../outcome.ts";
import { shownRelease } from "../reports/history-lines.ts";
import type { Standing } from "../snapshot.ts";

/**
 * Why an earlier release cannot be the candidate; empty where it can: the window of a return is open, its image is gone, its
 * secrets are, or the schema has moved on.
 */
export async function releaseProblems(
  standing: Standing,
  release: RecordedRelease,
  presentSecrets: boolean,
): Promise<readonly string[]> {
  return [
    ...liveProblems(standing, release),
    ...windowProblems(standing, release),
    ...(await imageProblems(standing, release)),
    ...(presentSecrets ? [] : secretProblems(standing, release)),
    ...migrationProblems(standing, release),
  ];
}

function liveProblems({ record }: Standing, { number, colour, live }: RecordedRelease): readonly string[] {
  if (colour !== record.liveColour || live === undefined || live.until !== null) return [];
  return [`Release ${number} is live in ${colour}.`];
}

/** The old release stays where it can be returned to. The rules would refuse the edit as well. */
function windowProblems(
  { record, schedule, candidate, takenAt, config, stage }: Standing,
  { number }: RecordedRelease,
): readonly string[] {
  const end = rollbackWindowEnd(record, schedule.rollbackWindowSeconds);
  if (end === undefined || !canReturn(record, schedule.rollbackWindowSeconds, takenAt)) return [];
  const until = formatInstant(end, { now: takenAt, timeZone: config.timeZone });
  const own = releasesOf(record).findLast(({ colour }) => colour === candidate);
  return own?.number === number
    ? [
        `Release ${number} is in ${candidate} and was live before the last promote. Until ${until} you can return to it: npm run rollout -- rollback --stage ${stage} --to ${candidate}.`,
      ]
    : [
        `${candidate} keeps its release until ${until}, so that you can return to it. Wait until then, or run npm run rollout -- retire --stage ${stage} --reason "<why>" first.`,
      ];
}

async function imageProblems(
  { aws, stage }: Standing,
  { image, label, number }: RecordedRelease,
): Promise<readonly string[]> {
  try {
    if ((await aws.readImages()).has(image)) return [];
    return [
      `The image of release ${number}, ${shownRelease(image, label)}, is not in the registry any more. Build and push that version again, and set its new digest: npm run rollout -- set --stage ${stage} images.<colour> sha256:<digest>.`,
    ];
  } catch (error) {
    return [`Nobody knows whether the image of release ${number} still exists. ${messageOf(error)}`];
  }
}

/**
 * The values of then: each version is kept as long as a release that serves or can be returned to names it. Which version the
 * file's value is, only the program can compare; it is taken to be the one that was staged last.
 */
function secretProblems(
  { record, config, stage }: Standing,
  { settings = {}, number }: RecordedRelease,
): readonly string[] {
  const stagedLast = versionsIn(releasesOf(record).at(-1)?.settings ?? {});
  return Object.entries(versionsIn(settings)).flatMap(([name, version]) => {
    const known = record.secretVersions?.[name];
    const key = secretKey(name);
    const what = `Release ${number} ran with ${versionText(version)} of ${key}`;
    const todo = `To stage it with the secrets that the file has, add --present-secrets. For the value of then, run npm run rollout -- set --stage ${stage} --secret ${key}, which makes it a new version.`;
    if (config.applicationSecrets[name] === undefined) return [`${what}, which the stack file does not have. ${todo}`];
    if (known === undefined || !known.kept.includes(version))
      return [`${what}, which does not exist any more. ${todo}`];
    const inFile = stagedLast[name] ?? known.last;
    return version === inFile ? [] : [`${what}, and the stack file has ${versionText(inFile)}. ${todo}`];
  });
}

/** A `contract` migration takes away what only older releases used. Which ones ran is known from the evidence. */
function migrationProblems(
  { config, takenAt, record, contracts }: Standing,
  release: RecordedRelease,
): readonly string[] {
  const { number, image } = release;
  const contract = contractAfter(record, contracts, image);
  if (contract === undefined) return [];
  const when = formatInstant(new Date(contract.at), { now: takenAt, timeZone: config.timeZone });
  return [
    `A migration of kind contract ran at ${when}, after release ${number}, and took away what older releases use. Release ${number} cannot run on the schema of now. Roll out a fixed release that fits it.`,
  ];
}
