import { getParametersByPath } from "@pulumi/aws/ssm/getParametersByPath.js";
import type * as pulumi from "@pulumi/pulumi";
import { type Latch, parseLatch } from "../../rollout/core/latch.ts";

/**
 * Reads the rollback latch from AWS, on every plan.
 *
 * It is asked for by path and not by name, because a name that does not exist is an error and on a stack's first
 * deployment the parameter does not exist yet.
 *
 * @param path the parameter's path without its last segment
 * @param name the parameter's full name
 */
export async function readLatch(path: string, name: string, provider: pulumi.ProviderResource): Promise<Latch> {
  const { names, values } = await getParametersByPath({ path }, { provider });
  const index = names.indexOf(name);
  return parseLatch(index < 0 ? undefined : values[index]);
}
