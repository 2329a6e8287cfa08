import { type CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import type { WatchedAlarmState } from "../../rollout/gate/gate-input.ts";
import { explained } from "./client.ts";

/** The most that one call may name (CloudWatch API Reference, "DescribeAlarms", AlarmNames). */
const namesPerCall = 100;

/** Reads the states of alarms of either kind; one that AWS does not know is `MISSING`. */
export async function readAlarms(
  client: CloudWatchClient,
  names: readonly string[],
): Promise<Record<string, WatchedAlarmState>> {
  if (names.length > namesPerCall) {
    throw new RangeError(`${names.length} alarms are watched; one call tells of ${namesPerCall}. Watch fewer.`);
  }
  const { MetricAlarms = [], CompositeAlarms = [] } = await explained("the alarms could not be read", () =>
    client.send(
      new DescribeAlarmsCommand({
        AlarmNames: [...names],
        AlarmTypes: ["CompositeAlarm", "MetricAlarm"],
        MaxRecords: namesPerCall,
      }),
    ),
  );
  const states = new Map([...MetricAlarms, ...CompositeAlarms].map((alarm) => [alarm.AlarmName, alarm.StateValue]));
  return Object.fromEntries(names.map((name) => [name, states.get(name) ?? "MISSING"]));
}
