import { service } from "../service.ts";
import { recreateCommand } from "./names.ts";

/** How requests of the public host come to the colours, besides the weights: what a listener does before and around them. */
export interface PublicPath {
  /** The public host. */
  readonly host: string;
  /** Seconds that a client stays with the colour that it met first; null where stickiness is off, as planned. */
  readonly stickySeconds: number | null;
  /** Whether the public rule takes every request of the host that comes to it. */
  readonly takesWholeHost: boolean;
  /** Rules that take requests of the host before the public rule does, in their order. */
  readonly rulesBefore: readonly RuleBefore[];
}

/** A rule that is asked before the public one. */
export interface RuleBefore {
  readonly arn: string;
  readonly priority: number;
  /** What it takes: `host *.example.com, path /login*`, or `every host`. */
  readonly takes: string;
}

/** A condition of a listener rule. */
export interface RuleCondition {
  /** `host-header`, `path-pattern` and so on. */
  readonly field: string;
  /** Any of them will do. */
  readonly values: readonly string[];
  /** Regular expressions that will do as well. */
  readonly regexes: readonly string[];
}

/** A rule of a listener, as AWS shows it. */
export interface ListenerRule {
  readonly arn: string;
  /** Null for the listener's default rule, which comes last. */
  readonly priority: number | null;
  readonly conditions: readonly RuleCondition[];
  /** Of its forward action; null where it is off. */
  readonly stickySeconds: number | null;
}

const hostField = "host-header";

/**
 * Finds what stands between the public host and the public rule.
 *
 * A rule without a condition on the host takes requests of every host. One with further conditions takes a part of them,
 * which is enough: the weights decide nothing about that part.
 *
 * @param host the public host; by default the first that the public rule names
 * @returns undefined where the public rule is not among the rules
 * @see Elastic Load Balancing, "Listener rules for your Application Load Balancer": rules are evaluated from the lowest number
 */
export function publicPathOf(
  rules: readonly ListenerRule[],
  publicRuleArn: string,
  host?: string,
): PublicPath | undefined {
  const own = rules.find(({ arn }) => arn === publicRuleArn);
  if (own === undefined) return undefined;
  const named = own.conditions.find(({ field }) => field === hostField)?.values[0];
  const publicHost = host ?? named ?? "every host";
  const [only, ...further] = own.conditions;
  const takesWholeHost =
    only !== undefined && further.length === 0 && only.field === hostField && takesHost(own.conditions, publicHost);
  const rulesBefore = rules.flatMap(({ arn, priority, conditions }): RuleBefore[] => {
    const isBefore = priority !== null && (own.priority === null || priority < own.priority);
    return isBefore && takesHost(conditions, publicHost) ? [{ arn, priority, takes: takesText(conditions) }] : [];
  });
  return {
    host: publicHost,
    stickySeconds: own.stickySeconds,
    takesWholeHost,
    rulesBefore: rulesBefore.toSorted((one, other) => one.priority - other.priority),
  };
}

function takesHost(conditions: readonly RuleCondition[], host: string): boolean {
  return conditions
    .filter(({ field }) => field === hostField)
    .every(
      ({ values, regexes }) =>
        values.some((value) => matchesHost(value, host)) || regexes.some((regex) => matchesRegex(regex, host)),
    );
}

/**
 * Whether a host condition's value takes a host.
 *
 * @see Elastic Load Balancing, "Condition types for listener rules": `*` is 0 or more characters, `?` exactly 1, and upper and
 *   lower case count as the same
 */
export function matchesHost(pattern: string, host: string): boolean {
  const parts = [...pattern].map((character) => {
    if (character === "*") return ".*";
    return character === "?" ? "." : character.replace(/[.+^${}()|[\]\\]/, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`, "i").test(host);
}

/** One that this machine cannot read counts as taking the host: a person has to look at it. */
function matchesRegex(regex: string, host: string): boolean {
  try {
    return new RegExp(regex, "i").test(host);
  } catch {
    return true;
  }
}

function takesText(conditions: readonly RuleCondition[]): string {
  const words: Readonly<Record<string, string>> = { [hostField]: "host", "path-pattern": "path" };
  const hasHost = conditions.some(({ field }) => field === hostField);
  return [
    ...(hasHost ? [] : ["every host"]),
    ...conditions.map(({ field, values, regexes }) =>
      `${words[field] ?? field} ${[...values, ...regexes].join(" or ")}`.trimEnd(),
    ),
  ].join(", ");
}

/**
 * What keeps the weights from deciding about the public host, a few sentences each with what to do; none where the listener is
 * as planned. The commands name `<stage>`, see `namingStage`.
 */
export function publicPathProblems({ host, stickySeconds, takesWholeHost, rulesBefore }: PublicPath): string[] {
  return [
    ...rulesBefore.map(
      (rule) =>
        `Another rule takes requests of ${host} before the public rule does: priority ${rule.priority}, ${rule.takes}. The weights decide nothing about them, and neither does a rollback. Find out who made the rule. To delete it, run ${deleteRuleCommand(rule)}`,
    ),
    ...(takesWholeHost
      ? []
      : [
          `The public rule does not take all requests of ${host}: somebody has changed its conditions by hand. To write the rule as planned, run ${rewriteRuleCommand}`,
        ]),
    ...(stickySeconds === null
      ? []
      : [
          `Stickiness is on in the public rule: for ${stickySeconds} s a client stays with the colour that it met first, whatever the weights say, and a step shows less than it seems to. Somebody has switched it on by hand. To switch it off, run ${rewriteRuleCommand} (or npm run rollout -- rollback --stage <stage>, which also takes all traffic to live)`,
        ]),
  ].map((problem) => `${problem}.`);
}

/** The line that reads the public rule from AWS and writes it as planned, with the weights of the stack file. */
export const rewriteRuleCommand: string = recreateCommand(
  "aws:lb/listenerRule:ListenerRule",
  `${service.resourcePrefix}-<stage>-public`,
);

/** The line that deletes a rule of a listener. */
export function deleteRuleCommand({ arn }: Pick<RuleBefore, "arn">): string {
  return `aws elbv2 delete-rule --region ${arn.split(":")[3] ?? "<region>"} --rule-arn ${arn}`;
}

/** A listener as it is planned. */
export function plannedPath(host: string): PublicPath {
  return { host, stickySeconds: null, takesWholeHost: true, rulesBefore: [] };
}
