import type * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../../rollout/colour.ts";
import type { Latch } from "../../rollout/latch.ts";
import type { LastPromote } from "../../rollout/rollback-address.ts";
import type { RollbackTest } from "../../rollout/rollback-test/rollback-test.ts";
import type { OnLimit, Step } from "../../rollout/schedule.ts";
import { service } from "../../service.ts";
import type { Tags } from "../scope.ts";

/** A composite alarm on one colour. */
interface CompositeAlarmReference {
  readonly arn: pulumi.Input<string>;
  readonly name: pulumi.Input<string>;
}

/** The frontend's project at Vercel, and who asks there. */
interface FrontendArgs {
  readonly projectId: pulumi.Input<string>;
  readonly teamId?: string | undefined;
  /** Vercel's token, a secret. */
  readonly token: pulumi.Input<string>;
  /** Name of the SSM parameter in which the commands leave which frontend is out. */
  readonly parameterName: string;
}

/** What `Rollback` needs. Changing anything but a parameter's name updates in place. */
export interface RollbackArgs {
  /** The public listener rule. The machine changes its weights and no other rule. */
  readonly publicRuleArn: pulumi.Input<string>;
  /** The rule of the candidate's own host. It tells the machine which colour is live. */
  readonly candidateRuleArn: pulumi.Input<string>;
  /** Target groups of the candidate's own host, by colour. */
  readonly ownHostTargetGroupArns: Readonly<Record<Colour, pulumi.Input<string>>>;
  /** Target groups of the public host, by colour. */
  readonly targetGroupArns: Readonly<Record<Colour, pulumi.Input<string>>>;
  /** The colour that serves the public. Flipping it changes the alarm's event rule and the address, but not the machine. */
  readonly liveColour: Colour;
  /** Composite alarms by colour. Only the candidate's moves traffic. */
  readonly compositeAlarms: Readonly<Record<Colour, CompositeAlarmReference>>;
  /**
   * Name of the SSM parameter that holds the latch, with a leading slash. The program and the CLI read it by name.
   * Changing it replaces the parameter.
   */
  readonly latchParameterName: string;
  /** What the latch is created with: clear, or set where the parameter was lost. An existing one is never written. */
  readonly initialLatch: Latch;
  /**
   * Name of the SSM parameter that holds the rollback address. It shares the latch's path, because the rollback command
   * reads both by path with one call. Changing it replaces the parameter.
   */
  readonly addressParameterName: string;
  /** The promote that the rollback command can undo, as it will be after this update; null where there is none. */
  readonly lastPromote: LastPromote | null;
  /** Since when the candidate is the one that it is, as it will be after this update. ISO 8601. */
  readonly candidateSince: string;
  /** When the failures of the candidate are too many. */
  readonly rollbackTest: RollbackTest;
  /** `app/<name>/<id>` of the load balancer. */
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  /** How the machine takes the frontend back. Absent without a token for Vercel: the commands alone do then. */
  readonly frontend?: FrontendArgs | undefined;
  /** Topic that reports rollbacks, and failures of the rollback itself. */
  readonly alertTopicArn: pulumi.Input<string>;
  /**
   * Whether AWS runs the check each minute. Without it an alarm that was firing before a step moves nothing, a weight that
   * an update sets over a set latch stays, and the alarms that need the weight never go off.
   */
  readonly automaticCheck: boolean;
  /** The schedule's steps. One with a limit of whole hours gets an alarm, which needs the check. */
  readonly steps: readonly Step[];
  /** Whether a step that reaches its limit is returned. Default `notify`: people are told. */
  readonly onLimit?: OnLimit | undefined;
  /** Namespace of the metrics that the check publishes. */
  readonly metricNamespace: string;
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * Checks what AWS would refuse only halfway through an update.
 *
 * @throws {RangeError} naming the argument, its value and the rule
 */
export function checkRollbackArgs(args: Pick<RollbackArgs, "latchParameterName" | "addressParameterName">): void {
  for (const key of ["latchParameterName", "addressParameterName"] as const) checkParameterName(key, args[key]);
}

function checkParameterName(key: string, name: string): void {
  if (/^(\/[A-Za-z0-9_.-]+)+$/.test(name) && !/^\/(aws|ssm)/i.test(name)) return;
  throw new RangeError(
    `${key} is "${name}". A parameter's name is a path of letters, digits, ., _ and - that does not begin with aws or ssm: write one such as /${service.project}/production/rollout/latch.`,
  );
}
