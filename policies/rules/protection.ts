/** Rules on what must not be lost: resources that hold data are protected, uploads do not expire. */

import { protectionLiftedTag } from "../../rollout/names.ts";
import {
  backupVault,
  bucket,
  bucketLifecycle,
  bucketLogging,
  databaseInstance,
  imageRepository,
  type Kind,
  key,
  loadBalancer,
  secret,
  subnet,
  targetGroup,
  vpc,
} from "../kinds.ts";
import { refersTo } from "../links.ts";
import { type Member, type Rule, resourceRule, type Stack, shown, stackRule } from "../rule.ts";

/** What Pulumi must refuse to delete and replace in production: it holds data, or customers are served by it. */
const protectedKinds: readonly Kind<object>[] = [
  backupVault,
  bucket,
  databaseInstance,
  imageRepository,
  loadBalancer,
  secret,
  subnet,
  targetGroup,
  vpc,
];

interface KeptProps {
  readonly forceDestroy?: boolean;
  readonly forceDelete?: boolean;
  /** The program marks what a written reason lifts the protection of. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Settings of a bucket that have resources of their own, which the other rules judge. */
const settingsApart = [
  "acl",
  "corsRules",
  "grants",
  "lifecycleRules",
  "policy",
  "replicationConfiguration",
  "website",
] as const;

const leastVersionDays = 30;

export const protectionRules: readonly Rule[] = [
  stackRule({
    name: "protected-in-production",
    rule: "Pulumi must refuse to delete and replace what holds production's data or serves it, and what deletes its content with it must say no",
    source: "deployment guide C4",
    stages: ["production"],
    kinds: [...protectedKinds, key],
    check(stack, report) {
      for (const resource of [...protectedKinds.flatMap((kind) => stack.all(kind)), ...keysOfDatabases(stack)]) {
        const { forceDestroy, forceDelete, tags } = resource.props as KeptProps;
        if (!resource.opts.protect && tags?.[protectionLiftedTag] === undefined) {
          report(resource, { found: "protect is false", fix: "set the option protect to true" });
        }
        if (forceDestroy !== true && forceDelete !== true) continue;
        report(resource, {
          found: `${forceDestroy === true ? "forceDestroy" : "forceDelete"} is true`,
          fix: "set it to false; storage.destroyable must be false in Pulumi.production.yaml",
        });
      }
    },
  }),

  resourceRule({
    name: "s3-configured-apart",
    rule: "A bucket's access must be set by resources of their own, which these policies judge",
    source: "project rule",
    kinds: [bucket],
    check({ props }, report) {
      const set = settingsApart.filter((property) => props[property] !== undefined);
      if (set.length === 0) return;
      report({
        found: `${set.join(", ")} is set`,
        fix: "remove it, and add the resource for it, such as a BucketPolicy",
      });
    },
  }),

  stackRule({
    name: "s3-uploads-are-kept",
    rule: `Current objects must not expire, and replaced ones must stay for at least ${leastVersionDays} days, unless the bucket stores logs`,
    source: "deployment guide C4",
    stages: ["production"],
    kinds: [bucket, bucketLifecycle, bucketLogging, loadBalancer],
    check({ all }, report) {
      for (const holder of all(bucket)) {
        if (all(bucketLogging).some((logging) => refersTo(logging, "targetBucket", holder))) continue;
        const lifecycles = all(bucketLifecycle).filter((one) => refersTo(one, "bucket", holder));
        for (const { id, expiration, noncurrentVersionExpiration } of lifecycles.flatMap(
          ({ props }) => props.rules ?? [],
        )) {
          const days = noncurrentVersionExpiration?.noncurrentDays;
          if (expiration?.days !== undefined) {
            report(holder, {
              found: `expiration.days of rule ${id} is ${expiration.days}`,
              fix: "remove expiration.days",
            });
          }
          if (days !== undefined && days < leastVersionDays) {
            report(holder, {
              found: shown("noncurrentDays", days),
              fix: `set storage.noncurrentVersionDays to ${leastVersionDays} or more`,
            });
          }
        }
      }
    },
  }),
];

/** The keys that databases are encrypted with: without its key a database is lost. */
function keysOfDatabases({ all }: Stack): readonly Member<object>[] {
  return all(key).filter((one) => all(databaseInstance).some((instance) => refersTo(instance, "kmsKeyId", one)));
}
