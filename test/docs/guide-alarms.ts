import { expect, it } from "vitest";
import { failureAlarm } from "../../rollout/names.ts";
import { planRollbackTest } from "../../rollout/rollback-test/rollback-test.ts";
import { periodsIn } from "../../rollout/rollback-test/windows.ts";
import { parseDurationSeconds } from "../../rollout/time.ts";
import { inputsOf, inputsOfType, type PlannedStage } from "./guide-plan.ts";

const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** Registers the checks that production alarms as the guide says, whatever its weight, live colour and images are. */
export function checkGuideAlarms(planned: () => PlannedStage): void {
  it.each(["blue", "green"])("alarms on %s above 1 % errors, over 10 min to an hour (A1)", (colour) => {
    const { alerts, objectives, rollout } = planned().config;
    const { windows } = planRollbackTest({
      objectivePercent: objectives.errorRatePercent,
      errorRatePercent: alerts.errorRatePercent,
      minimumFailingMinutes: alerts.minimumErrors,
      steps: rollout.steps.map(({ weight, bake }) => ({
        weightPercent: weight,
        bakeSeconds: parseDurationSeconds(bake),
      })),
    });
    expect(alerts.errorRatePercent).toBe(1);
    expect(windows.map(({ minutes }) => minutes)).toEqual([10, 30, 60, 60, 60, 60]);
    const composite = String(
      inputsOf(planned(), "aws:cloudwatch/compositeAlarm:CompositeAlarm", `-${colour}-unfit`)["alarmRule"],
    );
    for (const window of windows) {
      const what = `-${colour}-${failureAlarm(window.failingPeriods, periodsIn(window))}`;
      expect(inputsOf(planned(), metricAlarm, what)).toMatchObject({
        evaluationPeriods: periodsIn(window),
        datapointsToAlarm: window.failingPeriods,
      });
      expect(composite).toContain(what);
    }
  });

  it.each(["blue", "green"])("alarms on %s above 2 s response time (A2)", (colour) => {
    for (const suffix of ["", "-hourly"])
      expect(inputsOf(planned(), metricAlarm, `-${colour}-response-time${suffix}`)).toMatchObject({
        threshold: 2,
        comparisonOperator: "GreaterThanThreshold",
      });
  });

  it.each(["blue", "green"])("alarms on the first failed database connection of %s (A3)", (colour) => {
    expect(inputsOf(planned(), metricAlarm, `-${colour}-database-connection-failures`)).toMatchObject({
      metricName: `DatabaseConnectionFailures-${colour}`,
      threshold: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      alarmActions: [expect.stringContaining(":sns:")],
    });
  });

  it.each(["blue", "green"])("alarms on %s above 80 % of a task's memory (A4)", (colour) => {
    expect(inputsOf(planned(), metricAlarm, `-${colour}-memory`)).toMatchObject({
      metricName: "MemoryUtilization",
      threshold: 80,
      comparisonOperator: "GreaterThanThreshold",
      alarmActions: [expect.stringContaining(":sns:")],
    });
  });

  it("alarms when more than 85 % of the database's storage are used (A5)", () => {
    const { allocatedStorageGib } = planned().config.database;
    const storage = inputsOfType(planned(), "aws:rds/instance:Instance").map((inputs) => inputs["allocatedStorage"]);
    expect(storage).toEqual([allocatedStorageGib]);
    expect(inputsOf(planned(), metricAlarm, "-database-disk")).toMatchObject({
      metricName: "FreeStorageSpace",
      threshold: Math.round((15 * allocatedStorageGib * 1024 ** 3) / 100),
      comparisonOperator: "LessThanThreshold",
      alarmActions: [expect.stringContaining(":sns:")],
    });
  });

  it.each([
    ["availability", "at least 99.9", "C1"],
    ["average response", "under 200", "C2"],
    ["error rate", "under 0.5", "C3"],
  ])("shows %s against its objective: %s (%s)", (what, objective, id) => {
    const body = String(inputsOf(planned(), "aws:cloudwatch/dashboard:Dashboard")["dashboardBody"]);
    expect(body).toMatch(new RegExp(`${id} ${what}, [^"]*\\(${objective}`));
  });

  it("tells everyone by mail whom the stack file names (K2)", () => {
    const told = planned().plan.resources.filter(({ type }) => type.startsWith("aws:sns/topicSubscription:"));
    const { notify } = planned().config.alerts;
    expect(notify.length).toBeGreaterThan(0);
    expect(told.map(({ inputs }) => [inputs["protocol"], inputs["endpoint"]]).sort()).toEqual(
      notify.map((address) => ["email", address]).sort(),
    );
  });
}
