import { SetAlarmStateCommand, type StateValue } from "@aws-sdk/client-cloudwatch";
import type { AwsClients } from "./aws-clients.ts";

/**
 * Sets an alarm's state. moto evaluates no alarms and sends no event of a change: what would follow from the state is the
 * test's to start.
 *
 * @param name of a metric alarm or of a composite one that a metric alarm stands for
 */
export async function setAlarm(
  { watching }: Pick<AwsClients, "watching">,
  name: string,
  state: StateValue,
): Promise<void> {
  await watching.send(
    new SetAlarmStateCommand({ AlarmName: name, StateValue: state, StateReason: `A test set it to ${state}` }),
  );
}
