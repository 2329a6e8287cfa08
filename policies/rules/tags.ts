import { stageTagNames } from "../../rollout/names.ts";
import * as kinds from "../kinds.ts";
import { type Rule, resourceRule } from "../rule.ts";

/** Types that take tags, among those the program makes. A test holds the list against a plan of production. */
const taggable: readonly kinds.Kind<{ tags?: Record<string, string> }>[] = [
  kinds.addressSet,
  kinds.backupPlan,
  kinds.backupVault,
  kinds.bucket,
  kinds.bucketObject,
  kinds.certificate,
  kinds.cluster,
  kinds.compositeAlarm,
  kinds.databaseEventSubscription,
  kinds.databaseInstance,
  kinds.databaseParameterGroup,
  kinds.databaseSubnetGroup,
  kinds.defaultSecurityGroup,
  kinds.elasticIp,
  kinds.eventRule,
  kinds.flowLog,
  kinds.imageRepository,
  kinds.internetGateway,
  kinds.key,
  kinds.listener,
  kinds.listenerRule,
  kinds.loadBalancer,
  kinds.logGroup,
  kinds.mailConfiguration,
  kinds.mailIdentity,
  kinds.metricAlarm,
  kinds.natGateway,
  kinds.parameter,
  kinds.policy,
  kinds.prefixList,
  kinds.queue,
  kinds.restoreTestingPlan,
  kinds.role,
  kinds.routeTable,
  kinds.scalableTarget,
  kinds.secret,
  kinds.securityGroup,
  kinds.securityGroupEgressRule,
  kinds.securityGroupIngressRule,
  kinds.service,
  kinds.slackChannel,
  kinds.stateMachine,
  kinds.subnet,
  kinds.targetGroup,
  kinds.taskDefinition,
  kinds.teamsChannel,
  kinds.topic,
  kinds.trustStore,
  kinds.vpc,
  kinds.vpcEndpoint,
  kinds.webAcl,
];

export const tagRules: readonly Rule[] = [
  /** The provider's default tags do not count: they are invisible to tests and to policies. */
  resourceRule({
    name: "tags-required",
    rule: `A resource must carry the tags ${stageTagNames.join(", ")}`,
    source: "project rule",
    kinds: taggable,
    check({ props }, report) {
      const missing = stageTagNames.filter((tag) => (props.tags?.[tag] ?? "") === "");
      if (missing.length > 0)
        report({
          found: `tags has no value for ${missing.join(", ")}`,
          fix: "pass the component's args.tags to the resource",
        });
    },
  }),
];
