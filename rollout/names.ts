import { service } from "../service.ts";
/** The two stages; each is one Pulumi stack of that name. */
export const stages = ["staging", "production"] as const;

/** `staging` or `production`. */
export type Stage = (typeof stages)[number];

/**
 * Tags that the program writes and that policies read. Both sides take the names from here, so that a tag which is
 * renamed on one side only does not compile, instead of a policy that passes because it matches nothing.
 */

/** Tags of every taggable resource of a stage. */
export const stageTagNames = ["Project", "Stage", "ManagedBy"] as const;

/** `Project`, `Stage` or `ManagedBy`. */
export type StageTag = (typeof stageTagNames)[number];

/** Tag that marks the public rule, the one that carries the weights. Its value is the schedule. */
export const rolloutStepsTag = "RolloutSteps";

/** Tag of a resource whose protection is lifted for one update, by a written reason. */
export const protectionLiftedTag = "ProtectionLifted";

/**
 * The schedule as the tag holds it, such as `5 25 50 100`.
 *
 * @param stepWeightsPercent the weights of the schedule's steps, in rising order, the last one 100
 */
export function writeStepsTag(stepWeightsPercent: readonly number[]): string {
  return stepWeightsPercent.join(" ");
}

/** The weights of a schedule as the tag holds it, in per cent; undefined unless they rise and end at 100. */
export function readStepsTag(tag: string): readonly number[] | undefined {
  const weights = tag.split(" ").map(Number);
  const rise = weights.every((weight, index) => Number.isInteger(weight) && weight > (weights[index - 1] ?? 0));
  return rise && weights.at(-1) === 100 ? weights : undefined;
}

/**
 * The two listener rules of a stage: `public` serves the public host and carries the weights, `candidate` serves the
 * candidate's own host.
 */
export type RuleRole = "public" | "candidate";

/**
 * Logical name of a listener rule. A plan is judged by it: the program gives the name, and the commands and the rehearsal
 * look for it. Changing it replaces the rule of every deployed stage.
 *
 * @param stageName what the logical names of the stage begin with, such as `portal-production`
 */
export function ruleName(stageName: string, role: RuleRole): string {
  return `${stageName}-${role}`;
}

/** Last part of the logical names of the target groups for the candidate's own host, after the colour. */
export const ownHostGroup = "own";

/** Logical name of the SSM parameter that holds the rollback address, by which a plan is judged as well. */
export function rollbackAddressName(stageName: string): string {
  return `${stageName}${rollbackAddressEnding}`;
}

/** Whether a logical name is the one that `rollbackAddressName` gives, in any stage. */
export function isRollbackAddressName(logicalName: string): boolean {
  return logicalName.endsWith(rollbackAddressEnding);
}

const rollbackAddressEnding = "-rollback-address";

/** Last part of the logical names of the event rule that listens to the candidate's alarm, and of its target. */
export const candidateAlarmRule = "candidate-alarm";

/** Whether a logical name is that of the candidate's alarm rule or its target, in any stage. */
export function isCandidateAlarmRule(logicalName: string): boolean {
  return logicalName.endsWith(`-${candidateAlarmRule}`);
}

/** Whether the logical name of a listener rule is the one that `ruleName` gives to this role, in any stage. */
export function isRuleName(logicalName: string, role: RuleRole): boolean {
  return logicalName.endsWith(`-${role}`);
}

/** Last part of the logical name of a colour's alarm on failed requests: so many failing periods in a window of so many. */
export function failureAlarm(failingPeriods: number, periods: number): string {
  return `error-rate-${failingPeriods}-of-${periods}`;
}

/** Whether the logical name of an alarm is one that `failureAlarm` gives, of either colour and in any stage. */
export function isFailureAlarm(logicalName: string): boolean {
  return /-error-rate-\d+-of-\d+$/.test(logicalName);
}

/** Last part of the logical name of the alarm that is in ALARM as long as a colour gets public traffic, which is no fault. */
export const weightedAlarm = "weighted";

/** Whether the logical name of an alarm is that of a colour's indicator of traffic: of its weight, or of few requests. */
export function isIndicator(logicalName: string): boolean {
  return /-(weighted|idle-within-\d+m|at-most-\d+-in-\d+m)$/.test(logicalName);
}

/**
 * The line that creates again what was deleted from AWS by hand, and updates what names it. It targets that resource: a
 * plain `--refresh` reads everything, and what is inside the database can be read only through a tunnel and with a password.
 *
 * The rules know no stage, so the line ends with `<stage>`; see `namingStage`.
 *
 * @param type the end of the resource's type token, such as `aws:ecs/service:Service`
 * @param logicalName its logical name; `*` stands for any part of it
 */
export function recreateCommand(type: string, logicalName: string): string {
  return `npx pulumi up --refresh --target '**${type}::${logicalName}' --target-dependents --stack <stage>`;
}

/** The logical name of a resource that Pulumi named in AWS: it appends a hyphen and seven random hexadecimal digits. */
export function logicalNameOf(physicalName: string): string {
  return physicalName.replace(/-[0-9a-f]{7}$/, "");
}

/**
 * Last part of the logical names of a generated key's resources. The first one's have no number. No application secret is
 * named so, because no name of an environment variable gives a full stop.
 */
export function signingKeyResource(number: number): string {
  return number === 1 ? "secret-key" : `secret-key.${number}`;
}

/**
 * Last part of the logical names of a version of an application secret: `stripe-secret-key`, and `stripe-secret-key.2` for the
 * second.
 *
 * @param name the environment variable
 */
export function secretResource(name: string, version: number): string {
  const resource = name.toLowerCase().replaceAll("_", "-");
  return version === 1 ? resource : `${resource}.${version}`;
}

const signingKeyName = new RegExp(`^${service.resourcePrefix}-(staging|production)-secret-key(\\.\\d+)?$`);

/** Whether the logical name is one that `signingKeyResource` gives, of any key and in any stage. */
export function isSigningKeyResource(logicalName: string): boolean {
  return signingKeyName.test(logicalName);
}

/** Type tokens of the resources that a move may change, as the provider's SDK names them. A plan is judged by them. */
export const judgedTypes = {
  listenerRule: "aws:lb/listenerRule:ListenerRule",
  parameter: "aws:ssm/parameter:Parameter",
  eventRule: "aws:cloudwatch/eventRule:EventRule",
  eventTarget: "aws:cloudwatch/eventTarget:EventTarget",
  taskDefinition: "aws:ecs/taskDefinition:TaskDefinition",
  service: "aws:ecs/service:Service",
  scalableTarget: "aws:appautoscaling/target:Target",
  rolePolicy: "aws:iam/rolePolicy:RolePolicy",
  secret: "aws:secretsmanager/secret:Secret",
  secretVersion: "aws:secretsmanager/secretVersion:SecretVersion",
  randomPassword: "random:index/randomPassword:RandomPassword",
} as const;
