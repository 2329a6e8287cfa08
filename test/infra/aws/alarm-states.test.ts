import { expect, it } from "vitest";
import { readAlarms } from "../../../infra/aws/alarm-states.ts";
import { answerCalls } from "../../support/aws/answer-calls.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";
import { setAlarm } from "../../support/aws/set-alarm.ts";
import { startDeployedStage } from "../../support/aws/start-deployed-stage.ts";

describeWithMoto("readAlarms", () => {
  const stage = startDeployedStage();

  it("finds every alarm that the program plans, with one call", async () => {
    const { green, shared } = stage.addresses.watchedAlarmNames;
    const names = [...green, ...shared];
    const { watching } = connectClients(stage.moto);
    const calls = recordCalls(watching);
    const states = await readAlarms(watching, names);
    expect(calls).toEqual(["DescribeAlarmsCommand"]);
    expect(Object.keys(states)).toEqual(names);
    expect(Object.values(states)).not.toContain("MISSING");
    expect(green.length).toBeGreaterThan(0);
    expect(shared.length).toBeGreaterThan(0);
  });

  it("reads every state, and says which alarm is missing", async () => {
    const [one = "", other = "", third = ""] = stage.addresses.watchedAlarmNames.green;
    const { watching } = connectClients(stage.moto);
    await setAlarm({ watching }, one, "ALARM");
    await setAlarm({ watching }, other, "INSUFFICIENT_DATA");
    await setAlarm({ watching }, third, "OK");
    expect(await readAlarms(watching, [one, other, third, "portal-staging-gone"])).toEqual({
      [one]: "ALARM",
      [other]: "INSUFFICIENT_DATA",
      [third]: "OK",
      "portal-staging-gone": "MISSING",
    });
  });

  it("merges alarms of both kinds, and asks for both", async () => {
    const { watching } = connectClients(stage.moto);
    const inputs = answerCalls(watching, {
      MetricAlarms: [{ AlarmName: "errors", StateValue: "OK" }],
      CompositeAlarms: [{ AlarmName: "unfit", StateValue: "ALARM" }],
    });
    expect(await readAlarms(watching, ["unfit", "errors"])).toEqual({ unfit: "ALARM", errors: "OK" });
    expect(inputs).toEqual([
      { AlarmNames: ["unfit", "errors"], AlarmTypes: ["CompositeAlarm", "MetricAlarm"], MaxRecords: 100 },
    ]);
  });

  it("asks for a hundred and refuses more, which one call does not tell of", async () => {
    const { watching } = connectClients(stage.moto);
    const names = Array.from({ length: 101 }, (_, index) => `alarm-${index}`);
    expect(Object.values(await readAlarms(watching, names.slice(1)))).toEqual(Array(100).fill("MISSING"));
    await expect(readAlarms(watching, names)).rejects.toThrow("101 alarms are watched; one call tells of 100.");
  });
});
