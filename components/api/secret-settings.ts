import { oneOffTasks } from "../../rollout/one-off-tasks.ts";
import { secretKey, versionsIn, versionText } from "../../rollout/secret-versions.ts";
import type { Settings } from "../../rollout/settings.ts";
import { type ApiTask, apiContainerName, signingKeyNames } from "./names.ts";

/** Every task that runs from the API's image. */
const apiTasks: readonly ApiTask[] = ["api", ...oneOffTasks];

/** Names of secrets by the task that starts with them. A task that is absent starts with none of its own. */
export type SecretsByTask = Readonly<Partial<Record<ApiTask, readonly string[]>>>;

/** The secrets of a release. */
export interface ReleaseSecrets {
  /** The version of each application secret, by its name. */
  readonly versions: Readonly<Record<string, number>>;
  /** What each task starts with. The API gets the signing keys as well. */
  readonly namesByTask: SecretsByTask;
}

/**
 * Writes a release's secrets as the record keeps them, by the keys that a person edits. A task's list is left out where it says
 * what holds without one: all application secrets for the API, and none for a one-off task.
 *
 * @param listed the tasks' lists as the config has them
 */
export function writeSecretSettings(versions: Readonly<Record<string, number>>, listed: SecretsByTask): Settings {
  const all = Object.keys(versions).sort();
  const lists = apiTasks.flatMap((task) => {
    const names = [...(listed[task] ?? (task === "api" ? all : []))].sort();
    const isDefault = JSON.stringify(names) === JSON.stringify(task === "api" ? all : []);
    return isDefault ? [] : [[`taskSecrets.${task}`, JSON.stringify(names)]];
  });
  return Object.fromEntries([
    ...all.map((name) => [secretKey(name), versionText(versions[name] ?? 1)]),
    ...lists,
  ]) as Settings;
}

/** Reads them from a record, or from what {@link writeSecretSettings} wrote. */
export function readSecretSettings(release: Settings): ReleaseSecrets {
  const versions = versionsIn(release);
  const namesOf = (task: ApiTask): readonly string[] => {
    const list = release[`taskSecrets.${task}`];
    if (list !== undefined) return JSON.parse(String(list));
    return task === "api" ? Object.keys(versions) : [];
  };
  return { versions, namesByTask: Object.fromEntries(apiTasks.map((task) => [task, namesOf(task)])) };
}

/** A version of a secret as a task definition names it. */
export interface NamedVersion {
  readonly name: string;
  readonly version: number;
  readonly valueFrom: string;
}

/**
 * Reads back which versions a colour's task definitions really name, as the record keeps them.
 *
 * @param containerDefinitions JSON by task, as the provider returned it
 * @param known every version that exists
 */
export function secretSettingsOf(
  containerDefinitions: Readonly<Partial<Record<ApiTask, string>>>,
  known: readonly NamedVersion[],
): Settings {
  const secrets = apiTasks.flatMap((task) =>
    secretsIn(containerDefinitions[task]).map((secret) => ({ task, ...secret })),
  );
  const found = secrets.flatMap(({ name, valueFrom }) => {
    const version = known.find((one) => one.name === name && one.valueFrom === valueFrom)?.version;
    return version === undefined ? [] : [[name, version] as const];
  });
  const namesOf = (task: ApiTask) =>
    secrets
      .filter((one) => one.task === task && !(task === "api" && signingKeyNames.includes(one.name)))
      .map(({ name }) => name);
  return writeSecretSettings(
    Object.fromEntries(found),
    Object.fromEntries(apiTasks.map((task) => [task, namesOf(task)])),
  );
}

interface ContainerSecretText {
  readonly name: string;
  readonly valueFrom: string;
}

function secretsIn(containerDefinitions: string | undefined): readonly ContainerSecretText[] {
  if (containerDefinitions === undefined) return [];
  const containers: readonly { readonly name?: string; readonly secrets?: readonly ContainerSecretText[] }[] =
    JSON.parse(containerDefinitions);
  return containers.find(({ name }) => name === apiContainerName)?.secrets ?? [];
}
