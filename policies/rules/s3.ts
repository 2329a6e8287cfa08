import {
  bucket,
  bucketEncryption,
  bucketLifecycle,
  bucketLogging,
  bucketOwnership,
  bucketPolicy,
  bucketPublicAccessBlock,
  bucketVersioning,
  type Kind,
  loadBalancer,
} from "../kinds.ts";
import { known, noLink, refersTo } from "../links.ts";
import { deniesPlainHttp, isEveryone, type Statement, statementsOf } from "../policy-documents.ts";
import { type Member, type Rule, resourceRule, type Stack, shown, stackRule } from "../rule.ts";

const publicAccessSettings = [
  "blockPublicAcls",
  "blockPublicPolicy",
  "ignorePublicAcls",
  "restrictPublicBuckets",
] as const;

const kmsAlgorithms: readonly string[] = ["aws:kms", "aws:kms:dsse"];

export const s3Rules: readonly Rule[] = [
  /** A bucket of logs is not logged itself: the control says to suppress its finding there. */
  stackRule({
    name: "s3-access-logged",
    rule: "Requests to a bucket must be logged, unless the bucket stores access logs",
    source: "AWS Security Hub S3.9",
    kinds: [bucket, bucketLogging, loadBalancer],
    check(stack, report) {
      for (const owner of stack.all(bucket)) {
        if (receivesAccessLogs(stack, owner) || settingsOf(stack, bucketLogging, owner).length > 0) continue;
        report(owner, {
          found: noLink(bucketLogging, "bucket"),
          fix: "add a BucketLogging with the access logs bucket as targetBucket",
        });
      }
    },
  }),

  stackRule({
    name: "s3-acls-off",
    rule: "A bucket must not use access control lists",
    source: "AWS Security Hub S3.12",
    kinds: [bucket, bucketOwnership],
    check(stack, report) {
      for (const owner of stack.all(bucket)) {
        const [controls] = settingsOf(stack, bucketOwnership, owner);
        const ownership = controls?.props.rule.objectOwnership;
        if (ownership === "BucketOwnerEnforced") continue;
        report(owner, {
          found: shown("objectOwnership", ownership),
          fix: "set objectOwnership to BucketOwnerEnforced in the bucket's BucketOwnershipControls",
        });
      }
    },
  }),

  /** A load balancer can write only where S3's own keys encrypt. */
  stackRule({
    name: "s3-encrypted",
    rule: "A bucket must encrypt objects at rest by a key of KMS, or by S3's own keys where it stores access logs",
    source: "AWS Security Hub S3.17",
    kinds: [bucket, bucketEncryption, bucketLogging, loadBalancer],
    check(stack, report) {
      for (const owner of stack.all(bucket)) {
        const [encryption] = settingsOf(stack, bucketEncryption, owner);
        const algorithm = encryption?.props.rules[0]?.applyServerSideEncryptionByDefault?.sseAlgorithm;
        const allowed = receivesAccessLogs(stack, owner) ? [...kmsAlgorithms, "AES256"] : kmsAlgorithms;
        if (algorithm !== undefined && allowed.includes(algorithm)) continue;
        report(owner, {
          found: shown("sseAlgorithm", algorithm),
          fix: "set sseAlgorithm in the bucket's BucketServerSideEncryptionConfiguration to aws:kms, or to AES256 for access logs",
        });
      }
    },
  }),

  /** Whoever wrote an object with a key of their own could hold it to ransom: nobody else can read it again. */
  resourceRule({
    name: "s3-no-customer-keys",
    rule: "A bucket must refuse objects that are encrypted by a key that the sender alone has",
    source: "AWS S3: Blocking or unblocking SSE-C for a general purpose bucket",
    kinds: [bucketEncryption],
    check({ props }, report) {
      const blocked = props.rules.flatMap(({ blockedEncryptionTypes = [] }) => blockedEncryptionTypes);
      if (blocked.includes("SSE-C")) return;
      report({
        found: shown("blockedEncryptionTypes", blocked.length === 0 ? undefined : blocked),
        fix: "set blockedEncryptionTypes to SSE-C",
      });
    },
  }),

  stackRule({
    name: "s3-lifecycle",
    rule: "A bucket must say when it deletes objects or their old versions",
    source: "AWS Security Hub S3.13",
    kinds: [bucket, bucketLifecycle],
    check(stack, report) {
      for (const owner of stack.all(bucket)) {
        const [configuration] = settingsOf(stack, bucketLifecycle, owner);
        const rules = configuration?.props.rules ?? [];
        const disabled = rules.filter(({ status }) => status !== "Enabled").map(({ id }) => id);
        if (rules.length > 0 && disabled.length === 0) continue;
        report(owner, {
          found:
            configuration === undefined
              ? noLink(bucketLifecycle, "bucket")
              : rules.length === 0
                ? `${configuration.name} has no rule`
                : `${disabled.join(", ")} of ${configuration.name} does not have the status Enabled`,
          fix: "add a BucketLifecycleConfiguration whose rules all have the status Enabled, and remove a rule that is not wanted",
        });
      }
    },
  }),

  stackRule({
    name: "s3-public-access-blocked",
    rule: "A bucket must block all public access",
    source: "AWS Security Hub S3.8",
    kinds: [bucket, bucketPublicAccessBlock],
    check(stack, report) {
      for (const owner of stack.all(bucket)) {
        const [block] = settingsOf(stack, bucketPublicAccessBlock, owner);
        const open = publicAccessSettings.filter((setting) => block?.props[setting] !== true);
        if (open.length === 0) continue;
        report(owner, {
          found:
            block === undefined
              ? noLink(bucketPublicAccessBlock, "bucket")
              : open.map((setting) => shown(`${setting} of ${block.name}`, block.props[setting])).join(", "),
          fix: `set ${publicAccessSettings.join(", ")} to true in the bucket's BucketPublicAccessBlock`,
        });
      }
    },
  }),

  /** A denial of the bucket alone lets its objects be read in the open, and one with a second condition denies less. */
  stackRule({
    name: "s3-tls-only",
    rule: "A bucket must refuse requests without TLS, for itself and for its objects",
    source: "AWS Security Hub S3.5",
    kinds: [bucket, bucketPolicy],
    check(stack, report) {
      for (const owner of stack.all(bucket)) {
        const policies = settingsOf(stack, bucketPolicy, owner);
        const denials = policies
          .flatMap(({ props }) => statementsOf(props.policy))
          .filter((statement) => deniesPlainHttp(statement, /^(s3:)?\*$/));
        const denied = denials.flatMap(({ resources }) => resources);
        if (
          denied.some((resource) =>
            coversBucket(
              resource,
              denied,
              known(() => owner.props.arn),
            ),
          )
        )
          continue;
        report(owner, {
          found:
            policies.length === 0
              ? noLink(bucketPolicy, "bucket")
              : denied.length === 0
                ? "no statement of its bucket policy denies plain HTTP"
                : `its bucket policy denies plain HTTP only for ${denied.join(", ")}`,
          fix: "add a bucket policy that denies s3:* to everyone where aws:SecureTransport is false, for the bucket's ARN and for the ARN followed by /*",
        });
      }
    },
  }),

  stackRule({
    name: "s3-modern-tls",
    rule: "A bucket must refuse versions of TLS before 1.2",
    source: "AWS S3: Enforcing TLS 1.2 or higher",
    kinds: [bucket, bucketPolicy],
    check(stack, report) {
      for (const owner of stack.all(bucket)) {
        const statements = settingsOf(stack, bucketPolicy, owner).flatMap(({ props }) => statementsOf(props.policy));
        if (statements.some(deniesOldTls)) continue;
        report(owner, {
          found: "no statement of its bucket policy denies old versions of TLS",
          fix: "add a statement that denies s3:* to everyone where s3:TlsVersion is less than 1.2",
        });
      }
    },
  }),

  stackRule({
    name: "s3-versioned",
    rule: "A bucket must keep replaced and deleted objects, unless it stores access logs",
    source: "AWS Security Hub S3.14, deployment guide C4",
    kinds: [bucket, bucketLogging, bucketVersioning, loadBalancer],
    check(stack, report) {
      for (const owner of stack.all(bucket)) {
        if (receivesAccessLogs(stack, owner)) continue;
        const [versioning] = settingsOf(stack, bucketVersioning, owner);
        const status = versioning?.props.versioningConfiguration.status;
        if (status === "Enabled") continue;
        report(owner, {
          found: shown("versioningConfiguration.status", status),
          fix: "add a BucketVersioning with the status Enabled",
        });
      }
    },
  }),
];

/** The resources of a kind that configure a bucket; S3 keeps one of each kind for a bucket. */
function settingsOf<Props extends { bucket: string }>(
  { all }: Stack,
  kind: Kind<Props>,
  owner: Member<object>,
): readonly Member<Props>[] {
  return all(kind).filter((candidate) => refersTo(candidate, "bucket", owner));
}

/** Whether a bucket receives access logs, of the load balancer or of other buckets. */
function receivesAccessLogs({ all }: Stack, owner: Member<object>): boolean {
  const name = known(() => owner.props.id);
  return (
    all(bucketLogging).some((logging) => refersTo(logging, "targetBucket", owner)) ||
    all(loadBalancer).some(
      (balancer) =>
        refersTo(balancer, "accessLogs", owner) ||
        (name !== undefined && known(() => balancer.props.accessLogs?.bucket) === name),
    )
  );
}

/** Whether a denied resource is this bucket and its objects are denied beside it. A preview may not know its ARN yet. */
function coversBucket(resource: string, denied: readonly string[], arn: string | undefined): boolean {
  const isBucket = arn === undefined || resource === arn;
  return resource === "*" || resource === "arn:aws:s3:::*" || (isBucket && denied.includes(`${resource}/*`));
}

function deniesOldTls({ effect, actions, principals, condition }: Statement): boolean {
  const least = Number(condition["NumericLessThan"]?.["s3:TlsVersion"] ?? 0);
  const isEveryAction = actions.some((action) => /^(s3:)?\*$/.test(action));
  return effect === "Deny" && isEveryAction && principals.some(isEveryone) && least >= 1.2;
}
