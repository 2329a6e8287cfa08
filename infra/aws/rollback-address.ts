import { GetParametersByPathCommand, type Parameter, type SSMClient } from "@aws-sdk/client-ssm";
import { missingLatch, parseLatch } from "../../rollout/latch.ts";
import { parseRollbackAddress } from "../../rollout/rollback-address.ts";
import { explained } from "./explain-failure.ts";
import type { RollbackPlace } from "./rescue.ts";

/**
 * Finds everything that a rollback needs with one call and without Pulumi.
 *
 * @param names the parameters' common path and full names, as the program names them
 */
export async function findRollbackPlace(
  client: SSMClient,
  names: { readonly path: string; readonly address: string; readonly latch: string },
): Promise<RollbackPlace> {
  const found = await parametersBelow(client, names.path);
  const value = (name: string) => found.find(({ Name }) => Name === name)?.Value;
  const address = value(names.address);
  if (address === undefined) {
    throw new Error(
      `AWS: there is no parameter ${names.address} in this account and region. Check which account you are logged in to. Where the stack was last updated by an older version of the program, set celebrant-portal:candidateWeight to 0 and run npx pulumi up.`,
    );
  }
  const latch = value(names.latch);
  return {
    address: parseRollbackAddress(address),
    latch: latch === undefined ? missingLatch(names.latch) : parseLatch(latch),
  };
}

/** One call, unless AWS ends its answer early, which it may do at any number of parameters. */
async function parametersBelow(client: SSMClient, path: string): Promise<Parameter[]> {
  const found: Parameter[] = [];
  let token: string | undefined;
  do {
    const page = await explained("the rollback's address could not be read", () =>
      client.send(new GetParametersByPathCommand({ Path: path, NextToken: token })),
    );
    found.push(...(page.Parameters ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return found;
}
