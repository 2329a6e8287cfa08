import { ConfigurationSet } from "@pulumi/aws/sesv2/configurationSet.js";
import { ConfigurationSetEventDestination } from "@pulumi/aws/sesv2/configurationSetEventDestination.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** What the configuration set is created with. */
export interface ConfigurationSetArgs {
  /** Topic that bounces, complaints and rejects are published to. Its policy must let SES publish. */
  readonly alertTopicArn: pulumi.Input<string>;
  readonly tags: Tags;
  readonly parent: pulumi.Resource;
}

/** The set, and the destination of its events. */
export interface ConfigurationSetWithEvents {
  readonly configurationSet: ConfigurationSet;
  readonly events: ConfigurationSetEventDestination;
}

/**
 * Creates the rules that all mail is sent under: TLS to the receiver or no delivery, where SES by itself would fall back to
 * plain text (AWS "Data protection in Amazon Simple Email Service"); addresses that bounced or complained are not written
 * to again; reputation is measured.
 */
export function createConfigurationSet(logicalName: string, args: ConfigurationSetArgs): ConfigurationSetWithEvents {
  const { parent } = args;
  const configurationSet = new ConfigurationSet(
    logicalName,
    {
      configurationSetName: logicalName,
      deliveryOptions: { tlsPolicy: "REQUIRE" },
      reputationOptions: { reputationMetricsEnabled: true },
      sendingOptions: { sendingEnabled: true },
      suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
      tags: { ...args.tags, Name: logicalName },
    },
    { parent },
  );
  const events = new ConfigurationSetEventDestination(
    logicalName,
    {
      configurationSetName: configurationSet.configurationSetName,
      eventDestinationName: "alerts",
      eventDestination: {
        enabled: true,
        matchingEventTypes: ["BOUNCE", "COMPLAINT", "REJECT"],
        snsDestination: { topicArn: args.alertTopicArn },
      },
    },
    { parent },
  );
  return { configurationSet, events };
}
