import { byColour, type Colour, colours, otherColour } from "./colour.ts";
import { driftedSplit, type Move, moveKind, type WantedRollout } from "./move.ts";
import { freshOverride } from "./override-use.ts";
import type { RolloutRecord } from "./record.ts";
import { canReturn } from "./return.ts";
import { isSecretKey, secretKey, versionsIn } from "./secret-versions.ts";
import { changedSettings, type Settings } from "./settings.ts";
import { areSameKeys } from "./signing-keys.ts";

/** Whether a value of the config is the one that a version has; undefined where nobody can tell. */
export type IsVersion = (name: string, version: number) => boolean | undefined;

/** Which version each secret of the config is. */
export interface AskedVersions {
  readonly versions: Readonly<Record<string, number>>;
  /** Names of the secrets whose values nobody could compare. They are taken to be unchanged. */
  readonly unjudged: readonly string[];
}

/**
 * Gives each secret of the config its version: a known one where its value is that one's, otherwise the next number.
 *
 * A secret that cannot be compared keeps the version that it has, unless a written reason allows its key.
 *
 * @param names of the config's secrets
 */
export function askedVersions(
  names: readonly string[],
  move: Pick<Move, "previous" | "wanted">,
  isVersion: IsVersion,
): AskedVersions {
  const { previous } = move;
  const override = freshOverride(move);
  const asked = names.map((name) => {
    const known = previous?.secretVersions?.[name];
    if (previous === null || known === undefined) return { name, version: 1, isJudged: true };
    const likely = [...namedVersions(previous, name), ...known.kept.toReversed()];
    const same = likely.find((version) => isVersion(name, version) === true);
    if (same !== undefined) return { name, version: same, isJudged: true };
    const isJudged = likely.every((version) => isVersion(name, version) === false);
    const [likeliest] = likely;
    if (likeliest === undefined || isJudged || override?.allows.includes(secretKey(name))) {
      return { name, version: known.last + 1, isJudged: true };
    }
    return { name, version: likeliest, isJudged: false };
  });
  return {
    versions: Object.fromEntries(asked.map(({ name, version }) => [name, version])),
    unjudged: asked.filter(({ isJudged }) => !isJudged).map(({ name }) => name),
  };
}

/** The versions of a secret that the candidate and live name, in this order: the file's value is most often one of these. */
function namedVersions({ liveColour, releaseSettings }: RolloutRecord, name: string): readonly number[] {
  return [otherColour(liveColour), liveColour].flatMap(
    (colour) => versionsIn(releaseSettings?.[colour] ?? {})[name] ?? [],
  );
}

/** Whether an update moves nothing, at weight 0 in the record and in AWS. A split that nobody could read may be any. */
function isAtRest(move: KnownMove): boolean {
  const { previous, realWeights } = move;
  if (previous === null) return true;
  const isSeen = realWeights !== undefined && driftedSplit(move) === undefined;
  return previous.weightPercent === 0 && moveKind(move) === "stay" && isSeen;
}

/** What decides about versions. */
type VersionsMove = Pick<Move, "previous" | "wanted" | "schedule" | "now" | "realWeights">;

/**
 * Whether this update's tasks start with named versions. An older version of the program named none. Naming them changes the
 * task definitions of both colours once, so the first update that moves nothing does it, at weight 0.
 */
export function namesVersions(move: KnownMove): boolean {
  return move.previous?.secretVersions !== undefined || isAtRest(move);
}

/** What of a move says whether its releases name versions. */
type KnownMove = Pick<Move, "previous" | "wanted" | "realWeights">;

/**
 * A move as the rules judge it. Where the record of an older version names no versions, both colours are taken to have what
 * the config has, and no secret has changed.
 */
export function withKnownVersions<Judged extends KnownMove>(move: Judged): Judged {
  const { previous, wanted } = move;
  if (previous === null || previous.secretVersions !== undefined) return move;
  if (!namesVersions(move)) return { ...move, wanted: withoutSecrets(wanted) };
  const { releaseSettings } = previous;
  if (releaseSettings === undefined || wanted.taskSettings === undefined) return move;
  const ofSecrets = Object.entries(wanted.taskSettings).filter(([key]) => isOfSecrets(key));
  const filled = byColour((colour) => {
    const own = releaseSettings[colour];
    return own === null ? null : { ...own, ...Object.fromEntries(ofSecrets) };
  });
  return { ...move, previous: { ...previous, releaseSettings: filled } };
}

/** Whether a key of a release's settings is about its secrets: a version, or which task starts with which. */
function isOfSecrets(key: string): boolean {
  return isSecretKey(key) || key.startsWith("taskSecrets.");
}

function withoutSecrets({ settings, taskSettings, ...wanted }: WantedRollout): WantedRollout {
  const without = (all: Settings, isLeftOut: (key: string) => boolean): Settings =>
    Object.fromEntries(Object.entries(all).filter(([key]) => !isLeftOut(key)));
  return {
    ...wanted,
    ...(settings === undefined ? {} : { settings: without(settings, (key) => isSecretKey(key)) }),
    ...(taskSettings === undefined ? {} : { taskSettings: without(taskSettings, isOfSecrets) }),
  };
}

/**
 * The versions that exist after an update, by the secret's name.
 *
 * What a release names exists. What none names any more is deleted by an update that changes no release and no key, at weight
 * 0 and outside the rollback window: until then a task may still start with it, and ECS may go back to it.
 *
 * @param releases what each colour runs with after the update; null for a colour without an image
 */
export function keptVersions(
  move: VersionsMove,
  releases: Readonly<Record<Colour, Settings | null>>,
): Readonly<Record<string, readonly number[]>> {
  const named = colours.flatMap((colour) => Object.entries(versionsIn(releases[colour] ?? {})));
  const before = mayForget(move, releases) ? [] : Object.entries(move.previous?.secretVersions ?? {});
  const all = [...named, ...before.flatMap(([name, { kept }]) => kept.map((version) => [name, version] as const))];
  const names = [...new Set(all.map(([name]) => name))].sort();
  return Object.fromEntries(
    names.map((name) => {
      const versions = all.flatMap(([other, version]) => (other === name ? [version] : []));
      return [name, [...new Set(versions)].sort((one, other) => one - other)];
    }),
  );
}

function mayForget(move: VersionsMove, releases: Readonly<Record<Colour, Settings | null>>): boolean {
  const { previous, wanted, schedule, now } = move;
  if (previous === null || !isAtRest(move) || canReturn(previous, schedule.rollbackWindowSeconds, now)) return false;
  if (!areSameKeys(previous.signingKeys, wanted.signingKeys)) return false;
  return colours.every((colour) => {
    const [before, after] = [previous.releaseSettings?.[colour] ?? {}, releases[colour] ?? {}];
    return previous.images[colour] === wanted.images[colour] && changedSettings(before, after).length === 0;
  });
}
