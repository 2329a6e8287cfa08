/** Rules on being told: that what alarms, the database and its backups say reaches people. */

import { memberOf, readJson } from "../../rollout/json.ts";
import {
  databaseEventSubscription,
  databaseInstance,
  eventRule,
  eventTarget,
  topic,
  topicSubscription,
} from "../kinds.ts";
import { known, refersTo } from "../links.ts";
import { type Rule, shown, stackRule } from "../rule.ts";

/** AWS FSBP RDS.20 to RDS.22: the sources of events, and the categories that matter. */
const databaseEvents: Readonly<Record<string, readonly string[]>> = {
  "db-instance": ["configuration change", "failure", "maintenance"],
  "db-parameter-group": ["configuration change"],
  "db-security-group": ["configuration change", "failure"],
};

/** A protocol that reaches a person or a program, and in which nobody on the way can read. */
const safeProtocols = ["email", "email-json", "https", "lambda", "sms", "sqs", "firehose", "application"];

export const noticeRules: readonly Rule[] = [
  stackRule({
    name: "rds-events-told",
    rule: "The alert topic must receive the events of a database, of its parameter group and of its security group",
    source: "AWS Security Hub RDS.20",
    advisoryIn: ["staging"],
    kinds: [databaseEventSubscription, databaseInstance, topic],
    check({ all }, report) {
      for (const instance of all(databaseInstance)) {
        const identifier = known(() => instance.props.identifier);
        const missing = Object.entries(databaseEvents).flatMap(([sourceType, categories]) => {
          const told = all(databaseEventSubscription)
            .filter(({ props }) => props.sourceType === sourceType && props.enabled !== false)
            .filter(
              ({ props }) => sourceType !== "db-instance" || (props.sourceIds?.includes(identifier ?? "") ?? true),
            )
            .filter((events) => all(topic).some((one) => refersTo(events, "snsTopic", one)))
            .flatMap(({ props }) => props.eventCategories ?? categories);
          const lost = categories.filter((category) => !told.includes(category));
          return lost.length === 0 ? [] : [`${sourceType} (${lost.join(", ")})`];
        });
        if (missing.length === 0) continue;
        report(instance, {
          found: `no enabled EventSubscription to a topic of this stack covers ${missing.join("; ")}`,
          fix: "add the EventSubscription with the alert topic as snsTopic",
        });
      }
    },
  }),

  stackRule({
    name: "sns-reaches-people",
    rule: "A topic that alarms notify must have a subscription over an encrypted protocol, without a filter",
    source: "deployment guide K2",
    kinds: [topic, topicSubscription],
    check({ all }, report) {
      for (const one of all(topic)) {
        const subscriptions = all(topicSubscription).filter((candidate) => refersTo(candidate, "topic", one));
        if (subscriptions.length === 0) {
          report(one, { found: "no TopicSubscription names it as topic", fix: "name somebody in alerts.notify" });
        }
        for (const subscription of subscriptions) {
          const { protocol, filterPolicy } = subscription.props;
          if (!safeProtocols.includes(protocol)) {
            report(subscription, { found: shown("protocol", protocol), fix: "set protocol to email or https" });
          }
          if (filterPolicy !== undefined) {
            report(subscription, { found: shown("filterPolicy", filterPolicy), fix: "remove filterPolicy" });
          }
        }
      }
    },
  }),

  /** A pattern that a preview does not know stops the rule, which is judged at the end of the update. */
  stackRule({
    name: "backup-failures-told",
    rule: "A production backup that fails must be told to people",
    source: "AWS Backup: Monitoring AWS Backup events using Amazon EventBridge",
    stages: ["production"],
    kinds: [databaseInstance, eventRule, eventTarget, topic],
    check({ all }, report) {
      for (const instance of all(databaseInstance)) {
        const told = all(eventRule).some((rule) => {
          const states = memberOf(readJson(rule.props.eventPattern), "detail", "state");
          const isFailure = ["ABORTED", "EXPIRED", "FAILED"].every(
            (state) => Array.isArray(states) && states.includes(state),
          );
          const targets = all(eventTarget).filter((target) => refersTo(target, "rule", rule));
          const reaches = targets.some((target) => all(topic).some((one) => refersTo(target, "arn", one)));
          return isFailure && reaches && rule.props.state !== "DISABLED" && rule.props.isEnabled !== false;
        });
        if (told) continue;
        report(instance, {
          found:
            "no enabled event rule passes a backup job's states ABORTED, EXPIRED and FAILED to a topic of this stack",
          fix: "add the EventRule for AWS Backup, with an EventTarget that is the alert topic",
        });
      }
    },
  }),
];
