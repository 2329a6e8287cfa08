import type { Colour } from "../../rollout/colour.ts";
import type { AutomaticRollback } from "../local/rollback/automatic-rollback.ts";
import type { StageEvent } from "../report/timeline.ts";

/** What the automatic rollback did by itself, as events of the report: alarms that changed, and traffic that was returned. */
export function rollbackEvents(
  { changes, executions }: Pick<AutomaticRollback, "changes" | "executions">,
  liveColour: Colour,
): readonly StageEvent[] {
  const alarms = changes.map(({ at, name, to, firing }) => ({
    at,
    kind: "alarm" as const,
    text: to === "ALARM" ? `${name} fires: ${firing.join(", ")}` : `${name} is ${to}`,
  }));
  const returned = executions.flatMap(({ calls, startedBy }) =>
    calls
      .filter(({ action, error }) => action.endsWith(":modifyRule") && error === undefined)
      .map(({ answeredAt }) => ({
        at: answeredAt,
        kind: "rollback" as const,
        text: `the rollback machine, started by ${starter[startedBy]}, returns the traffic to ${liveColour}`,
        greenPercent: liveColour === "green" ? 100 : 0,
      })),
  );
  return [...alarms, ...returned];
}

const starter = { alarm: "the alarm", check: "its check each minute", hand: "hand" } as const;
