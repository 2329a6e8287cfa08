import type { StartedExecution } from "../../local/rollback/automatic-rollback.ts";
import type { ExecutionReport } from "../../report/report-schema.ts";

/** An execution as it is reported. */
export function describeExecution(execution: StartedExecution): ExecutionReport {
  const { startedBy, input, calls, endState, succeeded, startedAt, endedAt } = execution;
  return {
    startedBy,
    input,
    calls: calls.map(({ state, action, at, answeredAt, error }) => ({
      state,
      action,
      milliseconds: answeredAt - at,
      ...(error === undefined ? {} : { error }),
    })),
    endState,
    succeeded,
    milliseconds: endedAt - startedAt,
  };
}
