import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import type { DatabaseScope } from "./scope.ts";

/**
 * Creates the key of the instance, its snapshots, its performance data, its master secret and the vault. AWS rotates it
 * yearly (AWS FSBP KMS.4).
 *
 * Snapshots outlive the instance and are unreadable without the key. So where data must not be lost the key stays in AWS
 * even when the stack is destroyed.
 */
export function createEncryptionKey(
  { name, tags, parent }: DatabaseScope,
  { destroyable, deletionProtection }: { readonly destroyable: boolean; readonly deletionProtection: boolean },
): Key {
  const logicalName = `${name}-database`;
  const key = new Key(
    logicalName,
    {
      description: `Database of ${name}`,
      enableKeyRotation: true,
      deletionWindowInDays: destroyable ? 7 : 30,
      tags: { ...tags, Name: logicalName },
    },
    { parent, protect: deletionProtection, retainOnDelete: !destroyable },
  );
  new Alias(logicalName, { name: `alias/${logicalName}`, targetKeyId: key.keyId }, { parent });
  return key;
}
