import { parseKeyPath } from "../../infra/config/config-keys.ts";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { wantedRollout } from "../../infra/rollout/wanted.ts";
import type { SettingKey } from "../../rollout/override.ts";
import { type RecordedRelease, releasesOf } from "../../rollout/releases.ts";
import { isSecretKey } from "../../rollout/secret-versions.ts";
import { changedSettings, type Settings, shownSetting } from "../../rollout/settings.ts";
import { type CommandOutcome, RefusedError } from "../outcome.ts";
import { shownRelease } from "../reports/history-lines.ts";
import { readStanding, type Standing } from "../snapshot.ts";
import { type Setting, setSettings } from "../stack-file/set-settings.ts";
import type { RolloutWorld } from "../world.ts";
import { decideEdit, refusalsOf } from "./decide.ts";
import { releaseProblems } from "./earlier-release.ts";

/** Which earlier release is wanted, and with which secrets. */
interface AskedRelease {
  /** As `history --releases` lists it. */
  readonly number: number;
  /** Whether the stack file's secrets will do, whatever the release ran with. */
  readonly presentSecrets: boolean;
}

/**
 * Writes an earlier release into the stack file as the candidate: image, label, and the settings that its tasks saw. It is
 * judged before, by the program's own rules too, and deploys nothing.
 *
 * @throws {RefusedError} naming every reason why not
 * @throws {ConfigError} where the file would not be accepted with it
 */
export async function stageFromHistory(
  world: RolloutWorld,
  { number, presentSecrets }: AskedRelease,
): Promise<CommandOutcome> {
  const { stackFile, stage } = world;
  const standing = await readStanding(world);
  const { record, candidate, config } = standing;
  const name = `Staging release ${number}`;
  const release = releasesOf(record).find((one) => one.number === number);
  if (release === undefined) {
    throw new RefusedError(name, [
      `The record has no release ${number}. It has the last ones that ran: npm run rollout -- history --stage ${stage} --releases.`,
    ]);
  }
  const standingFirst = standingProblems(standing);
  if (standingFirst.length > 0) throw new RefusedError(name, standingFirst);
  const problems = await releaseProblems(standing, release, presentSecrets);
  if (problems.length > 0) throw new RefusedError(name, problems);

  const edit = editOf(release, standing, presentSecrets);
  const text = await stackFile.read();
  const edited = setSettings(stage, { name: stackFile.name, text }, edit.settings, stackFile.readStaging());
  const refused = refusalsOf(decideEdit({ ...standing, config: { ...config, ...edit.config } }, {}, undefined), stage);
  if (refused.length > 0) throw new RefusedError(name, refused);
  if (edited.text !== text) await stackFile.write(edited.text);
  const shown = `release ${number}, ${shownRelease(release.image, release.label)}`;
  return {
    exitCode: 0,
    text: [
      edited.text === text
        ? `${stackFile.name} says so already: ${candidate} is ${shown}.`
        : `${stackFile.name} has ${shown}, as the candidate ${candidate}:`,
      ...(edited.text === text ? [] : edit.lines.map((line) => `  ${line}`)),
      ...notesOn(release, presentSecrets),
      `Look at it by git diff ${stackFile.name}, then preview: npx pulumi preview --stack ${stage}`,
      `To deploy it at weight 0: npm run rollout -- apply --stage ${stage}. It takes the steps as every release does.`,
    ].join("\n"),
    json: { outcome: edited.text === text ? "nothing to do" : "done", release, candidate, written: edit.lines },
  };
}

/** What has to be ended before any release is staged. The rules say the rest. */
export function standingProblems({ config, record, candidate, stage }: Standing): readonly string[] {
  const { liveColour, weightPercent } = record;
  if (weightPercent > 0) {
    return [
      `${candidate} has ${weightPercent} % of the public traffic, and a release is staged at weight 0 only. Promote it, or run npm run rollout -- rollback --stage ${stage}.`,
    ];
  }
  if (config.liveColour === liveColour && config.candidateWeight === weightPercent) return [];
  return [
    `The stack file asks for ${config.candidateWeight} % with ${config.liveColour} live, and ${liveColour} is live with ${weightPercent} % on the candidate. Deploy that first, by npm run rollout -- apply --stage ${stage}, or set it back.`,
  ];
}

/** The edit that makes a release the candidate: only what the file has otherwise. */
function editOf(release: RecordedRelease, { candidate, config }: Standing, presentSecrets: boolean) {
  const { image, label, settings = {} } = release;
  // Settings of an older version name no secrets, and so do not tell which task started with which.
  const namesSecrets = Object.keys(settings).some(isSecretKey) && !presentSecrets;
  const isWritten = (key: string) => key.startsWith("api.") || (namesSecrets && key.startsWith("taskSecrets."));
  const wanted = only(settings, isWritten);
  const present = only(wantedRollout(config).taskSettings ?? {}, isWritten);
  const changed = release.settings === undefined ? [] : changedSettings(present, wanted);
  const labelled = label === undefined ? image : `${label}@${image}`;
  const isThere = config.images[candidate] === image && config.imageLabels?.[candidate] === label;
  const key = `images.${candidate}`;
  return {
    settings: [
      ...(isThere ? [] : [{ path: parseKeyPath(key), value: labelled }]),
      ...changed.flatMap((setting) => settingEdits(setting, present[setting], wanted[setting])),
    ],
    lines: [
      ...(isThere ? [] : [`${key}: ${labelled}`]),
      ...changed.map(
        (setting) => `${setting}: ${shownSetting(wanted[setting])}, was ${shownSetting(present[setting])}`,
      ),
    ],
    config: configAfter(config, candidate, release, changed, wanted),
  };
}

function only(settings: Settings, isMeant: (key: string) => boolean): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => isMeant(key)));
}

/** A list is edited entry by entry, for it may stand in several lines with comments between. */
function settingEdits(key: string, before: unknown, after: unknown): readonly Setting[] {
  const [old, wanted] = [settingOf(before), settingOf(after)];
  if (!Array.isArray(old) || !Array.isArray(wanted)) return [{ path: parseKeyPath(key), value: wanted }];
  const at = (index: number) => parseKeyPath(`${key}[${index}]`);
  const kept = wanted.flatMap((value, index) => (old[index] === value ? [] : [{ path: at(index), value }]));
  const surplus = old.slice(wanted.length).map((_, index) => ({ path: at(wanted.length + index), value: undefined }));
  return [...kept, ...surplus.toReversed()];
}

/** A setting of the record as the config has it: a list is JSON there. */
function settingOf(value: unknown): unknown {
  return typeof value === "string" && value.startsWith("[") ? JSON.parse(value) : value;
}

/** The config as it will be, for the rules to judge. */
function configAfter(
  config: StageConfig,
  candidate: Standing["candidate"],
  { image, label }: RecordedRelease,
  changed: readonly SettingKey[],
  wanted: Settings,
): Pick<StageConfig, "images" | "imageLabels" | "api" | "taskSecrets"> {
  const { [candidate]: _, ...labels } = config.imageLabels ?? {};
  const within = (block: string) =>
    Object.fromEntries(
      changed.flatMap((key) =>
        key.startsWith(`${block}.`) ? [[key.slice(block.length + 1), settingOf(wanted[key])] as const] : [],
      ),
    );
  return {
    images: { ...config.images, [candidate]: image },
    imageLabels: label === undefined ? labels : { ...labels, [candidate]: label },
    api: { ...config.api, ...within("api") },
    taskSecrets: { ...config.taskSecrets, ...within("taskSecrets") },
  };
}

/** What whoever stages it should know. */
function notesOn({ settings, end, number }: RecordedRelease, presentSecrets: boolean): readonly string[] {
  const wasTakenOff = end?.how === "rolled back" || end?.how === "returned from";
  return [
    ...(settings === undefined
      ? [
          `The record does not tell which settings release ${number} ran with: an older version of the program ran it. Those of the file go out with it.`,
        ]
      : []),
    ...(presentSecrets ? ["It runs with the secrets that the file has."] : []),
    ...(wasTakenOff
      ? [`Release ${number} was ${end.how} at ${end.at}. Find out why before it gets traffic again.`]
      : []),
  ];
}
