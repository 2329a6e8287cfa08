/** Reads IAM policy documents: their statements, and what keeps a document from being read. */
import { readJson } from "../rollout/json.ts";

/** A statement of an IAM policy document, its one-or-many members as lists. */
export interface Statement {
  /** How a message names it: `statement ReadSecrets`, or `statement 2` where it has no Sid. */
  readonly label: string;
  readonly effect: string;
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  readonly principals: readonly Principal[];
  readonly notPrincipals: readonly Principal[];
  readonly condition: Condition;
}

/** Who a statement is about: `{ kind: "Service", name: "events.amazonaws.com" }`. A bare `*` has the kind `AWS`. */
export interface Principal {
  readonly kind: string;
  readonly name: string;
}

/** Operator, then key, then values; see "IAM JSON policy elements: Condition" in the IAM guide. */
export type Condition = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * The statements of a policy document, given as JSON text or as an object; see "Grammar of the IAM JSON policy language"
 * in the IAM guide. A document that cannot be read has none: the policy `json-readable` reports it by `documentProblems`.
 */
export function statementsOf(document: unknown): readonly Statement[] {
  if (typeof document !== "string") return readStatements(document);
  const known = statementsOfText.get(document);
  if (known !== undefined) return known;
  const statements = readStatements(document);
  if (statementsOfText.size >= keptTexts) statementsOfText.clear();
  statementsOfText.set(document, statements);
  return statements;
}

/** What texts hold: twenty rules ask for the same ones. A plan has fewer than a hundred. */
const statementsOfText = new Map<string, readonly Statement[]>();
const keptTexts = 500;

function readStatements(document: unknown): readonly Statement[] {
  const parsed = parse(document);
  if (!isObject(parsed)) return [];
  return list(parsed["Statement"]).flatMap((entry, index) => (isObject(entry) ? [statementOf(entry, index)] : []));
}

const documentElements: readonly string[] = ["Version", "Id", "Statement"];
const statementElements: readonly string[] = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

/**
 * Why a policy document cannot be judged: it is no JSON, or has an element that the grammar does not have, so that a rule
 * would look past what AWS reads. Nothing of the text is repeated.
 */
export function documentProblems(document: unknown): readonly string[] {
  if (document === undefined || document === null || document === "") return [];
  const parsed = parse(document);
  if (parsed === undefined) return ["is not valid JSON"];
  if (!isObject(parsed)) return ["is not a JSON object"];
  const strange = unknownElements(parsed, documentElements);
  const statements = list(parsed["Statement"]);
  return [
    ...strange.map((element) => `has the element ${element}, which no policy document has`),
    ...(statements.length === 0 ? ["has no statement"] : []),
    ...statements.flatMap((entry, index) => statementProblems(entry, index)),
  ];
}

function statementProblems(entry: unknown, index: number): readonly string[] {
  if (!isObject(entry)) return [`has a statement ${index + 1} that is not an object`];
  const { label, effect } = statementOf(entry, index);
  const conditions = entry["Condition"];
  return [
    ...unknownElements(entry, statementElements).map((element) => `has the element ${element} in ${label}`),
    ...(effect === "Allow" || effect === "Deny" ? [] : [`has an Effect in ${label} that is neither Allow nor Deny`]),
    ...(conditions === undefined || (isObject(conditions) && Object.values(conditions).every(isObject))
      ? []
      : [`has a Condition in ${label} that is not an object of operators`]),
  ];
}

function unknownElements(found: Readonly<Record<string, unknown>>, known: readonly string[]): readonly string[] {
  return Object.keys(found).filter((element) => !known.includes(element));
}

function statementOf(entry: Readonly<Record<string, unknown>>, index: number): Statement {
  const sid = entry["Sid"];
  return {
    label: `statement ${typeof sid === "string" && sid !== "" ? sid : index + 1}`,
    effect: String(entry["Effect"]),
    actions: strings(entry["Action"]),
    notActions: strings(entry["NotAction"]),
    resources: strings(entry["Resource"]),
    notResources: strings(entry["NotResource"]),
    principals: principalsOf(entry["Principal"]),
    notPrincipals: principalsOf(entry["NotPrincipal"]),
    condition: (isObject(entry["Condition"]) ? entry["Condition"] : {}) as Condition,
  };
}

function principalsOf(principal: unknown): readonly Principal[] {
  if (!isObject(principal)) return strings(principal).map((name) => ({ kind: "AWS", name }));
  return Object.entries(principal).flatMap(([kind, names]) => strings(names).map((name) => ({ kind, name })));
}

/** Whether a principal is everyone. AWS reads `AWS: "*"` and the account `*` as `*`. */
export function isEveryone({ name }: Principal): boolean {
  return /^(arn:[^:]*:iam::)?\*(:.*)?$/.test(name);
}

/**
 * Whether a statement denies everyone these actions without TLS. A second condition would deny less.
 *
 * @param denied what one of the statement's actions must match
 */
export function deniesPlainHttp({ effect, actions, principals, condition }: Statement, denied: RegExp): boolean {
  const isPlainHttp = String(condition["Bool"]?.["aws:SecureTransport"]) === "false";
  const isOnlyCondition = Object.values(condition).flatMap((tests) => Object.keys(tests)).length === 1;
  const isDenied = actions.some((action) => denied.test(action));
  return effect === "Deny" && principals.some(isEveryone) && isDenied && isPlainHttp && isOnlyCondition;
}

/** The value that a text holds, or undefined where it holds none. Objects are given back as they are. */
function parse(document: unknown): unknown {
  return typeof document === "string" ? readJson(document) : document;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function strings(value: unknown): readonly string[] {
  return list(value).map(String);
}

function list(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
