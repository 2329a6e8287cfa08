import { GetParameterCommand, ParameterNotFound, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { formatLatch, type Latch, missingLatch, parseLatch } from "../../rollout/latch.ts";
import { explained } from "./explain-failure.ts";

/** Reads the latch. A parameter that is not there counts as set: the last update had one. */
export async function readLatch(client: SSMClient, name: string): Promise<Latch> {
  const { Parameter } = await explained("the rollback latch could not be read", async () => {
    try {
      return await client.send(new GetParameterCommand({ Name: name }));
    } catch (error) {
      if (error instanceof ParameterNotFound) return { Parameter: undefined };
      throw error;
    }
  });
  return Parameter === undefined ? missingLatch(name) : parseLatch(Parameter.Value ?? "");
}

/** Writes the latch, and the parameter where it does not exist. */
export async function writeLatch(client: SSMClient, name: string, latch: Latch): Promise<void> {
  await explained("the rollback latch could not be written", () =>
    client.send(new PutParameterCommand({ Name: name, Type: "String", Overwrite: true, Value: formatLatch(latch) })),
  );
}
