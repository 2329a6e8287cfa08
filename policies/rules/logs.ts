/** Rules on logs: that they arrive, and that production keeps them until somebody asks. */
import {
  bucket,
  bucketLifecycle,
  bucketLogging,
  databaseInstance,
  flowLog,
  logGroup,
  stateMachine,
  webAclLogging,
} from "../kinds.ts";
import { known, refersTo } from "../links.ts";
import { type Member, type Rule, resourceRule, type Stack, shown, stackRule } from "../rule.ts";

/** An intrusion is found after weeks. AWS asks for a year, which the stage's config has; less than this is no log. */
const leastDays = 90;

export const logRules: readonly Rule[] = [
  stackRule({
    name: "logs-destination-exists",
    rule: "What logs must log to a log group or bucket of its own stack, which these policies judge",
    source: "project rule",
    kinds: [bucket, bucketLogging, databaseInstance, flowLog, logGroup, stateMachine, webAclLogging],
    check(stack, report) {
      for (const { holder, property, names } of destinationsOf(stack)) {
        const lost = names.filter((name) => name !== undefined && !isOwn(stack, name));
        if (lost.length === 0) continue;
        report(holder, {
          found: `${property} is ${lost.join(", ")}, which this stack does not have`,
          fix: "declare the LogGroup or Bucket in the stack, and name it there",
        });
      }
    },
  }),

  resourceRule({
    name: "logs-flow-of-all-traffic",
    rule: "A flow log must hold accepted and refused traffic",
    source: "AWS Security Hub EC2.6",
    kinds: [flowLog],
    check({ props }, report) {
      if (props.trafficType === "ALL") return;
      report({ found: shown("trafficType", props.trafficType), fix: "set trafficType to ALL" });
    },
  }),

  stackRule({
    name: "logs-kept-long-enough",
    rule: `Production's logs must be kept for at least ${leastDays} days`,
    source: "AWS Security Hub CloudWatch.16",
    stages: ["production"],
    kinds: [bucket, bucketLifecycle, bucketLogging, logGroup],
    check({ all }, report) {
      for (const group of all(logGroup)) {
        const days = group.props.retentionInDays ?? 0;
        if (days === 0 || days >= leastDays) continue;
        report(group, {
          found: shown("retentionInDays", days),
          fix: `set logRetentionDays or flowLogRetentionDays to ${leastDays} or more`,
        });
      }
      for (const holder of all(bucket)) {
        if (!all(bucketLogging).some((logging) => refersTo(logging, "targetBucket", holder))) continue;
        const lifecycles = all(bucketLifecycle).filter((one) => refersTo(one, "bucket", holder));
        for (const { expiration } of lifecycles.flatMap(({ props }) => props.rules ?? [])) {
          if (expiration?.days === undefined || expiration.days >= leastDays) continue;
          report(holder, {
            found: shown("expiration.days", expiration.days),
            fix: `set storage.accessLogDays to ${leastDays} or more`,
          });
        }
      }
    },
  }),
];

interface Destination {
  readonly holder: Member<object>;
  readonly property: string;
  /** Names or ARNs; undefined while a preview does not know one. */
  readonly names: readonly (string | undefined)[];
}

function destinationsOf({ all }: Stack): readonly Destination[] {
  return [
    ...all(stateMachine).map((holder) => ({
      holder,
      property: "loggingConfiguration.logDestination",
      names: [known(() => holder.props.loggingConfiguration?.logDestination)],
    })),
    ...all(flowLog).map((holder) => ({
      holder,
      property: "logDestination",
      names: [known(() => holder.props.logDestination)],
    })),
    ...all(webAclLogging).map((holder) => ({
      holder,
      property: "logDestinationConfigs",
      names: known(() => holder.props.logDestinationConfigs) ?? [],
    })),
    ...all(bucketLogging).map((holder) => ({
      holder,
      property: "targetBucket",
      names: [known(() => holder.props.targetBucket)],
    })),
    ...all(databaseInstance).map((holder) => ({
      holder,
      property: "enabledCloudwatchLogsExports",
      names: exportGroupsOf(holder),
    })),
  ];
}

/** Where RDS writes an exported log; see "Publishing PostgreSQL logs to Amazon CloudWatch Logs" in the RDS guide. */
function exportGroupsOf({ props }: Member<NonNullable<(typeof databaseInstance)["props"]>>): readonly string[] {
  const identifier = known(() => props.identifier);
  if (identifier === undefined) return [];
  return (props.enabledCloudwatchLogsExports ?? []).map((log) => `/aws/rds/instance/${identifier}/${log}`);
}

/** A log group's ARN may end in `:*`, which stands for its streams. */
function isOwn({ all }: Stack, name: string): boolean {
  const plain = name.replace(/:\*$/, "");
  const identifiers = [...all(logGroup), ...all(bucket)].flatMap((one: Member<object>) => {
    const { id, arn, name: own, bucket: bucketName } = one.props as Readonly<Record<string, unknown>>;
    return [id, arn, own, bucketName];
  });
  return identifiers.includes(plain);
}
