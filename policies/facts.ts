/** What rules read out of the text of a property: containers, and names of secrets. */

/** What the rules read of a container definition; see "Container definition parameters" in the Amazon ECS guide. */
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly user?: string;
  readonly privileged?: boolean;
  readonly readonlyRootFilesystem?: boolean;
  /** Seconds; ECS on Fargate waits 30 when absent. */
  readonly stopTimeout?: number;
  readonly environment?: readonly { readonly name: string; readonly value?: string }[];
  readonly secrets?: readonly { readonly name: string; readonly valueFrom?: string }[];
  readonly logConfiguration?: { readonly logDriver?: string; readonly options?: Readonly<Record<string, string>> };
  readonly linuxParameters?: {
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  };
  readonly dockerLabels?: Readonly<Record<string, string>>;
  readonly healthCheck?: { readonly command?: readonly string[] };
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
}

/**
 * The containers of a task definition. A text that is not the JSON of a list has none: the policy `json-readable` reports
 * it by `containerProblems`, and ECS would refuse it too.
 */
export function containersOf({
  containerDefinitions,
}: {
  readonly containerDefinitions: string;
}): readonly Container[] {
  return containerProblems(containerDefinitions).length === 0 ? JSON.parse(containerDefinitions) : [];
}

/** A text of a container beside its environment: where it stands, its name where it has one, and its value. */
export interface Text {
  readonly property: string;
  readonly name?: string;
  readonly value: string;
}

/** Everything that a person writes in a container's definition beside its environment. */
export function textsOf({
  command,
  entryPoint,
  healthCheck,
  dockerLabels,
  logConfiguration,
}: Container): readonly Text[] {
  const lines = { command, entryPoint, "healthCheck.command": healthCheck?.command };
  const maps = { dockerLabels, "logConfiguration.options": logConfiguration?.options };
  return [
    ...Object.entries(lines).map(([property, words = []]) => ({ property, value: words.join(" ") })),
    ...Object.entries(maps).flatMap(([property, entries = {}]) =>
      Object.entries(entries).map(([name, value]) => ({ property, name, value: String(value) })),
    ),
  ];
}

/** Why container definitions cannot be judged. Nothing of the text is repeated, because it may hold a secret. */
export function containerProblems(containerDefinitions: unknown): readonly string[] {
  const problems = jsonProblems(containerDefinitions);
  if (problems.length > 0) return problems;
  const parsed: unknown = JSON.parse(String(containerDefinitions));
  if (!Array.isArray(parsed)) return ["is not a JSON list of containers"];
  const strange = parsed.filter((entry) => typeof entry !== "object" || entry === null || Array.isArray(entry));
  return strange.length === 0 ? [] : ["has an entry that is not a container"];
}

/** Why a JSON text cannot be judged. Nothing of the text is repeated. */
export function jsonProblems(text: unknown): readonly string[] {
  try {
    JSON.parse(String(text));
    return [];
  } catch {
    return ["is not valid JSON"];
  }
}

const secretWords = new Set([
  "APIKEY",
  "CREDENTIAL",
  "CREDENTIALS",
  "KEY",
  "PASSPHRASE",
  "PASSWD",
  "PASSWORD",
  "SECRET",
  "TOKEN",
]);

/** Last words of names that speak about a secret without being one, such as ACCESS_TOKEN_EXPIRE_MINUTES. */
const harmlessEndings = new Set(["ALGORITHM", "ARN", "DAYS", "HOURS", "LENGTH", "MINUTES", "NAME", "SECONDS"]);

/** Whether a name, such as that of an environment variable or a parameter, is one that secrets are given. */
export function isSecretName(name: string): boolean {
  // PostgreSQL's own variables have no separator: PGPASSWORD.
  const words = name
    .toUpperCase()
    .replace(/^PG(?=[A-Z])/, "")
    .split(/[^A-Z0-9]+/);
  return words.some((word) => secretWords.has(word)) && !harmlessEndings.has(words.at(-1) ?? "");
}
