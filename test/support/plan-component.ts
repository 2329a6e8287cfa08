import type { PlannedResource } from "../../rehearsal/plan/planned-resource.ts";
import { recordPlan } from "../../rehearsal/plan/record-plan.ts";

/** Tags as the stack gives them to every component. */
export const testTags = { Project: "celebrant-portal", Stage: "production", ManagedBy: "pulumi" } as const;

/** The name every component of a stack is constructed with. */
export const testName = "portal-production";

/** A planned program, with the questions that tests ask of it. */
export interface PlannedProgram {
  readonly resources: readonly PlannedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** All resources of a type token, in the order of registration. */
  all(type: string): readonly PlannedResource[];
  /** The one resource of a type, or of a type and logical name; fails when there is not exactly one. */
  only(type: string, name?: string): PlannedResource;
}

/**
 * Plans a program that constructs components, through the same recorder that plans whole stages.
 *
 * @param program constructs components and returns what the test wants to see as outputs
 */
export async function planProgram(
  program: () => Record<string, unknown> | undefined,
  stack: "staging" | "production" = "production",
): Promise<PlannedProgram> {
  const { resources, outputs } = await recordPlan({ project: "celebrant-portal", stack, program });
  const all = (type: string) => resources.filter((resource) => resource.type === type);
  return {
    resources,
    outputs,
    all,
    only(type, name) {
      const found = all(type).filter((resource) => name === undefined || resource.name === name);
      const [first] = found;
      if (first === undefined || found.length > 1) {
        const names = all(type).map((resource) => resource.name);
        throw new Error(
          `Expected one ${type}${name === undefined ? "" : ` named ${name}`}, planned are: ${names.join(", ") || "none"}.`,
        );
      }
      return first;
    },
  };
}
