import { calledActions } from "./called-actions.ts";
import type { RollbackReport } from "./rollback-schema.ts";
import { duration, percent } from "./wording.ts";

/** A rollback in a few lines: noticed, returned, recorded, kept. The first one is its heading. */
export function describeRollback(rollback: RollbackReport): readonly [string, ...string[]] {
  const { agreed, alarm, execution, latch, notices, repeated, undone } = rollback;
  // The indicator of public traffic is in ALARM all the time that there is some: it tells nothing here.
  const causes = alarm.firing.filter((name) => !name.endsWith("-weighted")).join(", ");
  const paced = `${duration(alarm.plannedPaceMilliseconds)} with periods as planned`;
  const told = notices.map(({ subject }) => `"${subject}"`).join(", ") || "nobody";
  const last = duration(rollback.lastCandidateAnswerMilliseconds);
  const undoing =
    undone === null
      ? []
      : [
          `an update in flight to ${percent(undone.plannedPercent)} was undone by the check after ${duration(undone.milliseconds)}`,
        ];
  return [
    `${rollback.fault}; ${causes} after ${duration(alarm.milliseconds)} (${paced})`,
    `the machine by itself: ${calledActions(execution)}; last request at the candidate ${last} after the alarm`,
    `latch ${latch.state} (${latch.reason}); told: ${told}`,
    ...undoing,
    `unchanged config refused, ${Object.entries(agreed.edit)
      .map(([key, value]) => `${key} ${value}`)
      .join(", ")} accepted; a second execution: ${calledActions(repeated)}`,
  ];
}
