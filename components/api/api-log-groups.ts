import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { byColour, type Colour } from "../../rollout/colour.ts";
import type { Tags } from "../tags.ts";
import { apiLogGroupName } from "./log-group-name.ts";

/** Arguments of {@link ApiLogGroups}. */
export interface ApiLogGroupsArgs {
  /** Days that log events are kept; one of the values that CloudWatch Logs accepts. */
  readonly retentionDays: number;
  readonly tags: Tags;
}

/**
 * Log groups of the API: one for each colour and one for one-off tasks.
 *
 * They exist whether or not a colour has an image, because metric filters, alarms and the dashboard hang on them, and
 * the logs of a colour outlive its tasks. Their names are fixed for the same reason: a person looks for
 * `/portal-production/api/green` and not for a random suffix.
 */
export class ApiLogGroups extends pulumi.ComponentResource {
  /** Name of the log group of each colour. */
  public readonly logGroupNames: Record<Colour, pulumi.Output<string>>;
  /** Name of the log group of migrations, seeding and integrity checks. */
  public readonly oneOffTaskLogGroupName: pulumi.Output<string>;
  /** ARNs of all three, for the role that writes to them. */
  public readonly logGroupArns: readonly pulumi.Output<string>[];

  constructor(name: string, args: ApiLogGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:api:ApiLogGroups", name, {}, opts);
    const createLogGroup = (purpose: Colour | "one-off-tasks") =>
      new LogGroup(
        `${name}-api-${purpose}`,
        {
          name: apiLogGroupName(name, purpose),
          retentionInDays: args.retentionDays,
          tags: { ...args.tags, Name: `${name}-api-${purpose}` },
        },
        { parent: this },
      );
    const colourGroups = byColour(createLogGroup);
    const oneOffTaskGroup = createLogGroup("one-off-tasks");
    this.logGroupNames = byColour((colour) => colourGroups[colour].name);
    this.oneOffTaskLogGroupName = oneOffTaskGroup.name;
    this.logGroupArns = [colourGroups.blue.arn, colourGroups.green.arn, oneOffTaskGroup.arn];
    this.registerOutputs({
      logGroupNames: this.logGroupNames,
      oneOffTaskLogGroupName: this.oneOffTaskLogGroupName,
      logGroupArns: this.logGroupArns,
    });
  }
}
