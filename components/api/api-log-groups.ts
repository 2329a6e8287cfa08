import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { byColour, type Colour } from "../../rollout/colour.ts";
import { child, type Scope, type Tags } from "../scope.ts";
import { apiLogGroupName } from "./names.ts";

/** Arguments of {@link ApiLogGroups}. */
export interface ApiLogGroupsArgs {
  /** Days that log events are kept, one of the values that CloudWatch Logs accepts. */
  readonly retentionDays: number;
  readonly tags: Tags;
}

/**
 * Log groups of the API: one for each colour and one for one-off tasks.
 *
 * They exist whether or not a colour has an image. Metric filters, alarms and the dashboard need them, and a colour's logs
 * outlive its tasks.
 */
export class ApiLogGroups extends pulumi.ComponentResource {
  /** Name of the log group of each colour. */
  public readonly logGroupNames: Record<Colour, pulumi.Output<string>>;
  /** Name of the log group of migrations, seeding and integrity checks. */
  public readonly oneOffTaskLogGroupName: pulumi.Output<string>;
  /** ARNs by who writes to them: the two colours' for the API, and the one-off tasks' own. */
  public readonly logGroupArns: Readonly<Record<"api" | "oneOffTasks", readonly pulumi.Output<string>[]>>;

  constructor(name: string, args: ApiLogGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:api:ApiLogGroups", name, {}, opts);
    const scope: Scope = { name, parent: this, tags: args.tags };
    const { retentionDays } = args;
    const ofColours = byColour((colour) => createLogGroup(scope, { purpose: colour, retentionDays }));
    const ofOneOffTasks = createLogGroup(scope, { purpose: "one-off-tasks", retentionDays });
    this.logGroupNames = byColour((colour) => ofColours[colour].name);
    this.oneOffTaskLogGroupName = ofOneOffTasks.name;
    this.logGroupArns = { api: [ofColours.blue.arn, ofColours.green.arn], oneOffTasks: [ofOneOffTasks.arn] };
    this.registerOutputs({
      logGroupNames: this.logGroupNames,
      oneOffTaskLogGroupName: this.oneOffTaskLogGroupName,
      logGroupArns: this.logGroupArns,
    });
  }
}

interface LogGroupArgs {
  readonly purpose: Colour | "one-off-tasks";
  readonly retentionDays: number;
}

function createLogGroup(scope: Scope, { purpose, retentionDays }: LogGroupArgs): LogGroup {
  const { logicalName, tags, opts } = child(scope, `api-${purpose}`);
  const name = apiLogGroupName(scope.name, purpose);
  return new LogGroup(logicalName, { name, retentionInDays: retentionDays, tags }, opts);
}
