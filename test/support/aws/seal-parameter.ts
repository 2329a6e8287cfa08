import { LabelParameterVersionCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import type { AwsClients } from "./aws-clients.ts";

/** How many versions of a parameter SSM keeps; it drops the oldest for the next, unless that one has a label. */
const mostVersions = 100;

/** Makes a parameter refuse every new value, as SSM does when its oldest kept version is labelled. */
export async function sealParameter(
  { parameters }: Pick<AwsClients, "parameters">,
  name: string,
  value: string,
): Promise<void> {
  await parameters.send(new LabelParameterVersionCommand({ Name: name, ParameterVersion: 1, Labels: ["kept"] }));
  for (let version = 2; version <= mostVersions; version++) {
    await parameters.send(new PutParameterCommand({ Name: name, Value: value, Overwrite: true }));
  }
}
