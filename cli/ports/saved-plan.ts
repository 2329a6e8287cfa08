import { z } from "zod";
import type { PlannedChange, SavedPlan } from "./pulumi.ts";

const diff = z
  .object({
    adds: z.record(z.string(), z.unknown()).optional(),
    updates: z.record(z.string(), z.unknown()).optional(),
    deletes: z.array(z.string()).nullish(),
  })
  .nullish();

const planSchema = z.object({
  resourcePlans: z.record(
    z.string(),
    z.object({
      goal: z.object({ inputDiff: diff, outputDiff: diff }).nullish(),
      steps: z.array(z.string()).nullish(),
    }),
  ),
});

/** Operations that leave a resource as it is. */
const idle = new Set(["same", "read", "refresh"]);

const stackType = "pulumi:pulumi:Stack";

/**
 * Reads a plan file as `pulumi preview --save-plan` writes it. It is what an update is bound to, so it is judged itself and
 * not what the preview printed beside it.
 *
 * @throws {TypeError} for a file that is no plan
 */
export function readSavedPlan(text: string): SavedPlan {
  const parsed = planSchema.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new TypeError(`Pulumi saved a plan that cannot be read: ${z.prettifyError(parsed.error)}`);
  }
  const plans = Object.entries(parsed.data.resourcePlans);
  const changes = plans.flatMap(([urn, { goal, steps }]): PlannedChange[] => {
    const operations = (steps ?? []).filter((step) => !idle.has(step));
    if (operations.length === 0) return [];
    return [{ urn, type: typeOf(urn), name: nameOf(urn), operations, properties: keysOf(goal?.inputDiff) }];
  });
  const outputs = plans.flatMap(([urn, { goal }]) => (typeOf(urn) === stackType ? keysOf(goal?.outputDiff) : []));
  return { changes, outputs };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function keysOf(difference: z.output<typeof diff>): string[] {
  const { adds = {}, updates = {}, deletes } = difference ?? {};
  return [...Object.keys(adds), ...Object.keys(updates), ...(deletes ?? [])].sort();
}

/** `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`; a name may hold `::`. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
