import type { Kind } from "./kinds.ts";
import { type Member, type RuleText, type StackRule, stackRule } from "./rule.ts";

/**
 * Reads a value, or another one (undefined unless told) while a preview does not know it: the policy server hands out
 * properties that throw an error of a class it does not export.
 */
export function known<T>(read: () => T): T | undefined;
export function known<T, Other>(read: () => T, other: Other): T | Other;
export function known<T>(read: () => T, other?: unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && error.constructor.name === "UnknownValueError") return other;
    throw error;
  }
}

/** Whether a value is set, also where a preview does not know it yet. Providers answer an unset text with "" or null. */
export function isSet(read: () => unknown): boolean {
  const unknown = {};
  const value = known(read, unknown);
  return value === unknown || (value ?? "") !== "";
}

/**
 * Whether a property of `holder` names `target`: by its id, ARN or name, alone or in a list. A preview of a new stack
 * knows none of these, but it knows which resource the property was made from.
 */
export function refersTo<Props extends object>(
  holder: Member<Props>,
  property: keyof Props & string,
  target: Member<object>,
): boolean {
  if (holder.propertyDependencies[property]?.some(({ urn }) => urn === target.urn)) return true;
  const value: unknown = known(() => holder.props[property]);
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  return identifiersOf(target).some((identifier) => given.includes(identifier));
}

/** Whether a property of `holder` names `target` anywhere inside, as a service's network configuration names its groups. */
export function mentions<Props extends object>(
  holder: Member<Props>,
  property: keyof Props & string,
  target: Member<object>,
): boolean {
  if (refersTo(holder, property, target)) return true;
  const value: unknown = known(() => structuredTexts(holder.props[property]));
  const given: readonly unknown[] = Array.isArray(value) ? value : [];
  return identifiersOf(target).some((identifier) => given.includes(identifier));
}

/** Every text inside a value. */
function structuredTexts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(structuredTexts) : [];
}

/**
 * A `stackRule` for a resource that needs another: each resource of kind `target` must be named by a `property` of some
 * resource of kind `holder`.
 */
export function requireLink<Props extends object>(
  { target, holder, property }: { target: Kind<object>; holder: Kind<Props>; property: keyof Props & string },
  { fix, ...text }: RuleText & { readonly fix: string },
): StackRule {
  return stackRule({
    ...text,
    kinds: [target, holder],
    check({ all }, report) {
      for (const resource of all(target)) {
        if (all(holder).some((candidate) => refersTo(candidate, property, resource))) continue;
        report(resource, { found: noLink(holder, property), fix });
      }
    },
  });
}

/** What a message says where no resource of a kind names the resource at fault: `no FlowLog names it as vpcId`. */
export function noLink<Props>({ token }: Kind<Props>, property: keyof Props & string): string {
  return `no ${token.split(":").at(-1)} names it as ${property}`;
}

/** The strings by which other resources name this one. */
function identifiersOf({ props }: Member<object>): readonly string[] {
  const readable = props as Readonly<Record<string, unknown>>;
  return ["id", "arn", "name", "bucket"]
    .map((property) => known(() => readable[property]))
    .filter((value): value is string => typeof value === "string" && value !== "");
}
