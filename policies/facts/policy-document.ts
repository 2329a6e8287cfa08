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
 * @throws {SyntaxError} when text is no JSON
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

/** Whether a statement lets everyone in without any condition. */
export function isForEveryone({ effect, principals, condition }: Statement): boolean {
  return effect === "Allow" && principals.includes("*") && Object.keys(condition).length === 0;
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
