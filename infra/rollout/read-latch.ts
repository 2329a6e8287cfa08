import { getParametersByPath } from "@pulumi/aws/ssm/getParametersByPath.js";
import type * as pulumi from "@pulumi/pulumi";
import { clearLatch, type Latch, missingLatch, parseLatch } from "../../rollout/latch.ts";

/** Where the latch is, and whether it has to be there. */
interface LatchRequest {
  /** The parameter's path without its last segment. */
  readonly path: string;
  /** The parameter's full name. */
  readonly name: string;
  /** Whether an update of this stack has finished before, which left a latch behind. */
  readonly wasDeployed: boolean;
  readonly provider: pulumi.ProviderResource;
}

/**
 * Reads the rollback latch from AWS, on every plan.
 *
 * It is asked for by path and not by name, because a name that does not exist is an error, and on a stack's first
 * deployment the parameter does not exist yet. That is a clear latch. On a stack that was deployed before, a parameter
 * that does not exist counts as set.
 */
export async function readLatch({ path, name, wasDeployed, provider }: LatchRequest): Promise<Latch> {
  const { names, values } = await getParametersByPath({ path }, { provider });
  const value = values[names.indexOf(name)];
  if (value !== undefined) return parseLatch(value);
  return wasDeployed ? missingLatch(name) : clearLatch;
}
