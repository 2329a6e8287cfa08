/** What rules read out of the text of a property: containers, statements of policy documents, names of secrets. */

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
  readonly logConfiguration?: { readonly logDriver?: string };
}

/**
 * The containers of a task definition.
 *
 * @throws {Error} when `containerDefinitions` is not the JSON of a list, which ECS would refuse too
 */
export function containersOf(props: { readonly containerDefinitions: string }): readonly Container[] {
  const parsed: unknown = JSON.parse(props.containerDefinitions);
  if (!Array.isArray(parsed)) throw new Error("containerDefinitions is not a JSON list. Write a list of containers.");
  return parsed as readonly Container[];
}

/** A statement of an IAM policy document, its one-or-many members as lists. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Every principal named, whatever its kind; `*` is everyone. */
  readonly principals: readonly string[];
  /** Operator, then key, then values. */
  readonly condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * The statements of a policy document, given as JSON text or as an object; see "Grammar of the IAM JSON policy language"
 * in the IAM guide.
 *
 * @throws {SyntaxError} when the text is not valid JSON
 */
export function statementsOf(document: unknown): readonly Statement[] {
  const parsed = typeof document === "string" ? JSON.parse(document) : document;
  return list((parsed as { Statement?: unknown } | undefined)?.Statement).map((entry) => {
    const statement = entry as Readonly<Record<string, unknown>>;
    return {
      effect: String(statement["Effect"]),
      actions: strings(statement["Action"]),
      resources: strings(statement["Resource"]),
      principals: principalsOf(statement["Principal"]),
      condition: (statement["Condition"] ?? {}) as Statement["condition"],
    };
  });
}

function principalsOf(principal: unknown): readonly string[] {
  const isByKind = typeof principal === "object" && principal !== null && !Array.isArray(principal);
  return isByKind ? Object.values(principal).flatMap(strings) : strings(principal);
}

function strings(value: unknown): readonly string[] {
  return list(value).map(String);
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
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
  const words = name.toUpperCase().split(/[^A-Z0-9]+/);
  return words.some((word) => secretWords.has(word)) && !harmlessEndings.has(words.at(-1) ?? "");
}

/** Whether a value is a URL that carries a password, such as `postgresql://user:password@host/name`. */
export function carriesPassword(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i.test(value);
}
