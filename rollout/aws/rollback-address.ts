import { GetParametersByPathCommand, type SSMClient } from "@aws-sdk/client-ssm";
import { parseLatch } from "../core/latch.ts";
import { parseRollbackAddress } from "../core/rollback-address.ts";
import type { RollbackPlace } from "../ports/rescue.ts";
import { explained } from "./explain-failure.ts";

/**
 * Finds everything that a rollback needs with one call and without Pulumi.
 *
 * @param names the parameters' common path and full names, as the program names them
 */
export async function findRollbackPlace(
  client: SSMClient,
  names: { readonly path: string; readonly address: string; readonly latch: string },
): Promise<RollbackPlace> {
  const { Parameters = [] } = await explained("the rollback's address could not be read", () =>
    client.send(new GetParametersByPathCommand({ Path: names.path })),
  );
  const value = (name: string) => Parameters.find(({ Name }) => Name === name)?.Value;
  const address = value(names.address);
  if (address === undefined) {
    throw new Error(
      `AWS: there is no parameter ${names.address} in this account and region. Check which account you are logged in to. Where the stack was last updated by an older version of the program, set celebrant-portal:candidateWeight to 0 and run npx pulumi up.`,
    );
  }
  return { address: parseRollbackAddress(address), latch: parseLatch(value(names.latch)) };
}
