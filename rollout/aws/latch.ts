import { GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { type Latch, parseLatch } from "../core/latch.ts";
import { explained } from "./explain-failure.ts";

/** Reads the latch; a parameter that is not there is an error, since the last update created it. */
export async function readLatch(client: SSMClient, name: string): Promise<Latch> {
  const { Parameter } = await explained("the rollback latch could not be read", () =>
    client.send(new GetParameterCommand({ Name: name })),
  );
  return parseLatch(Parameter?.Value ?? "");
}

/**
 * Writes the latch. A clear one is written byte for byte as the program does: the rollback's machine compares texts, and
 * takes every other for a set latch.
 */
export async function writeLatch(client: SSMClient, name: string, latch: Latch): Promise<void> {
  await explained("the rollback latch could not be written", () =>
    client.send(new PutParameterCommand({ Name: name, Type: "String", Overwrite: true, Value: JSON.stringify(latch) })),
  );
}
