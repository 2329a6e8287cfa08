import { type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { checkInput } from "../../components/rollback/machine-input.ts";
import { explained } from "./explain-failure.ts";

/**
 * Has the machine look at the candidate's alarm and the latch now, as the schedule does each minute. An alarm that was
 * firing before a step sends no event of its own.
 */
export async function startCheck(client: SFNClient, stateMachineArn: string, now: Date): Promise<void> {
  await explained("the rollback's check could not be started", () =>
    client.send(
      new StartExecutionCommand({
        stateMachineArn,
        name: `cli-${now.getTime()}`,
        input: JSON.stringify(checkInput),
      }),
    ),
  );
}
