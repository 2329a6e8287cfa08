import * as pulumi from "@pulumi/pulumi";
import { RandomId } from "@pulumi/random/randomId.js";
import { originOf, type RestoreFrom } from "./restore.ts";
import type { DatabaseScope } from "./scope.ts";

/**
 * Names the instance before it exists, since its log groups and its monitoring role carry the name.
 *
 * The name ends in digits drawn once for each origin. So a restored instance stands beside the one it replaces, and the
 * final snapshot, named after the instance, never meets the name of an earlier one.
 */
export function createInstanceIdentifier(
  { name, parent }: DatabaseScope,
  restoreFrom: RestoreFrom | undefined,
): pulumi.Output<string> {
  const suffix = new RandomId(
    `${name}-database`,
    { byteLength: 4, keepers: { origin: originOf(restoreFrom) } },
    { parent },
  );
  return pulumi.interpolate`${name}-${suffix.hex}`;
}
