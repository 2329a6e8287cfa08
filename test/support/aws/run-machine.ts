import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeExecutionCommand, GetExecutionHistoryCommand, StartExecutionCommand } from "@aws-sdk/client-sfn";
import type { AwsClients } from "./aws-clients.ts";

/** An execution that has ended. */
export interface MachineRun {
  /** `SUCCEEDED`, `FAILED`, `TIMED_OUT` or `ABORTED`. */
  readonly status: string;
  /** Name of the error that it failed with. */
  readonly error?: string;
  /** Actions that it called AWS with, in order, each attempt on its own: `describeRules`, `modifyRule` … */
  readonly calls: readonly string[];
}

/**
 * Starts a state machine and waits for its end. moto runs it in the background and wants a name for it.
 *
 * @param input JSON, as the starter hands it over
 */
export async function runMachine(
  { machines }: Pick<AwsClients, "machines">,
  stateMachineArn: string,
  input: string,
): Promise<MachineRun> {
  const { executionArn } = await machines.send(
    new StartExecutionCommand({ stateMachineArn, input, name: randomUUID() }),
  );
  for (;;) {
    await sleep(50);
    const { status = "RUNNING", error } = await machines.send(new DescribeExecutionCommand({ executionArn }));
    if (status === "RUNNING") continue;
    const { events = [] } = await machines.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
    const calls = events.flatMap(({ taskScheduledEventDetails }) => taskScheduledEventDetails?.resource ?? []);
    return { status, calls, ...(error === undefined ? {} : { error }) };
  }
}
