import type { ExecutionReport } from "./rollback-schema.ts";

/** The actions that an execution called, in order, without their services. */
export function calledActions({ calls }: Pick<ExecutionReport, "calls">): string {
  return calls.map(({ action }) => action.slice(action.indexOf(":") + 1)).join(", ") || "nothing";
}
