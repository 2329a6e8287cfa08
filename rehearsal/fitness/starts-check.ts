import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { checkInput } from "../../rollout/rollback-machine.ts";
import { trustsService } from "../local/aws/actions.ts";
import { alarmStateChange } from "../local/rollback/events.ts";
import { readRollback } from "../local/rollback/planned-rollback.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import type { Check } from "../report/report-schema.ts";

/**
 * Who starts the rollback's machine: the candidate's composite alarm, where the config says so the alarms on limits, and the
 * check each minute. Each start needs a rule that matches, a target that makes the input, and a role that allows it.
 *
 * @throws {Error} when the rollback is planned in a way that is not modelled
 */
export function startsCheck(plan: StagePlan, { rollout }: Pick<StageConfig, "rollout">): Check {
  const { starts, alarms, limits, machine } = readRollback(plan);
  const isStarted = (alarm: { readonly name: string; readonly arn: string }) => {
    const event = alarmStateChange({ alarm, from: "OK", to: "ALARM", at: new Date(0), reason: "" });
    const inputs = starts.onEvents.filter(({ mayStart }) => mayStart).map(({ inputFor }) => inputFor(event));
    return inputs.some((input) => JSON.stringify(input) === JSON.stringify({ alarmName: alarm.name }));
  };
  const returns = rollout.onLimit === "rollback";
  const asked = [
    ...alarms.map((alarm) => ({ alarm, wanted: alarm.colour !== plan.record.liveColour })),
    ...limits.map((alarm) => ({ alarm, wanted: returns })),
  ];
  const checks = starts.onSchedule.filter(
    ({ mayStart, everySeconds, input }) =>
      mayStart && everySeconds === 60 && JSON.stringify(input) === JSON.stringify(checkInput),
  );
  const problems = [
    ...asked
      .filter(({ alarm, wanted }) => isStarted(alarm) !== wanted)
      .map(({ alarm, wanted }) => `${alarm.name} ${wanted ? "does not start" : "starts"} the rollback`),
    ...(checks.length === (rollout.automaticCheck ? 1 : 0) ? [] : [`${checks.length} checks start each minute`]),
    ...(trustsService(plan.resources, machine.roleArn, "states.amazonaws.com")
      ? []
      : ["the machine may not use its role"]),
  ];
  const started = asked.filter(({ wanted }) => wanted).map(({ alarm }) => alarm.name);
  return {
    what: "the alarms that return traffic may start the rollback, no others do, and the check runs each minute",
    held: problems.length === 0,
    found: problems.join("; ") || started.join(", "),
  };
}
