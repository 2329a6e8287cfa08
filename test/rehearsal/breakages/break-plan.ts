import type { StagePlan } from "../../../rehearsal/plan/plan-stage.ts";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import type { Check } from "../../../rehearsal/report/report-schema.ts";
import { planFixture } from "../../support/plan-fixture.ts";
import { digest } from "../../support/rollout.ts";

/** The releases of the plan that is broken. */
export const brokenImages = { "images.blue": digest("a"), "images.green": digest("b") };

/** Plans a first deployment of staging, for something of it to be broken. @param set settings besides the images */
export const planToBreak = (set: Readonly<Record<string, unknown>> = {}): Promise<StagePlan> =>
  planFixture({
    stage: "staging",
    set: { ...brokenImages, ...set },
    previousRecord: null,
    now: new Date("2026-11-23T00:00:00Z"),
  });

/** What did not hold, and what was found. */
export const failures = (checks: readonly Check[]): readonly string[] =>
  checks.filter(({ held }) => !held).map(({ what, found }) => `${what}: ${found}`);

/** Changes a plan. */
export type Break = (plan: StagePlan) => StagePlan;

type Inputs = PlannedResource["inputs"];

/** One thing that is broken, and what must say so. */
export interface Breakage {
  readonly name: string;
  readonly breaks: Break;
  /** The alarms that are fired for it. Default none but those that `seenBy` needs. */
  readonly fires?: RegExp;
  /** What a check that does not hold must say: its sentence, a colon, and what it found. */
  readonly seenBy: RegExp;
}

/**
 * Changes the inputs of resources, and their outputs alike.
 *
 * @param name the end of the logical name
 * @throws {Error} when nothing is changed: such a breakage would break nothing
 */
export function change(type: string, name: RegExp, to: (inputs: Inputs) => Inputs): Break {
  return (plan) => {
    let changed = 0;
    const resources = plan.resources.map((one) => {
      if (!one.type.endsWith(`:${type}`) || !name.test(one.name)) return one;
      const inputs = { ...one.inputs, ...to(one.inputs) };
      if (JSON.stringify(inputs) !== JSON.stringify(one.inputs)) changed++;
      return { ...one, inputs };
    });
    if (changed === 0) throw new Error(`Nothing of ${type} ${name} was changed.`);
    return { ...plan, resources };
  };
}

/** Sets inputs of an alarm on metrics. */
export const alarm = (name: RegExp, inputs: Inputs): Break => change("MetricAlarm", name, () => inputs);

/** Changes a text anywhere in the inputs of resources. */
export function retext(type: string, name: RegExp, from: string | RegExp, to: string): Break {
  return change(type, name, (inputs) => JSON.parse(replaceIn(inputs, from, to)) as Inputs);
}

/** What stands inside quotation marks is escaped once more in a JSON text. */
function replaceIn(inputs: Inputs, from: string | RegExp, to: string): string {
  return JSON.stringify(inputs, (_, value: unknown) =>
    typeof value === "string"
      ? typeof from === "string"
        ? value.replaceAll(from, to)
        : value.replace(from, to)
      : value,
  );
}

export const remove =
  (type: string, name: RegExp): Break =>
  (plan) => {
    const resources = plan.resources.filter((one) => !(one.type.endsWith(`:${type}`) && name.test(one.name)));
    if (resources.length === plan.resources.length) throw new Error(`There is no ${type} ${name}.`);
    return { ...plan, resources };
  };
