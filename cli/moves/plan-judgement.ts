import type { OutputName } from "../../infra/stack-outputs.ts";
import type { Colour } from "../../rollout/colour.ts";
import {
  isCandidateAlarmRule,
  isRollbackAddressName,
  isRuleName,
  isSigningKeyResource,
  judgedTypes,
} from "../../rollout/names.ts";
import type { PlannedChange, SavedPlan } from "../pulumi.ts";
import { restoresInstance } from "./evidence.ts";

/** The rule that carries the rollout's number in AWS. */
function isPublicRule({ type, name }: PlannedChange): boolean {
  return type === judgedTypes.listenerRule && isRuleName(name, "public");
}

function isUpdate({ operations }: PlannedChange): boolean {
  return operations.length === 1 && operations[0] === "update";
}

/**
 * The public rule written once more with the inputs that it was last written with. AWS is reported to drop the duration of
 * a group stickiness that is off, and the provider then reads 0 and plans to write the duration again in every preview
 * (hashicorp/terraform-provider-aws, issue 15144). An update of an input, a weight among them, names that input.
 */
function isRepeatedPublicRule(change: PlannedChange): boolean {
  return isPublicRule(change) && isUpdate(change) && change.properties.length === 0;
}

/** The rollback's address with another value. */
function isNewAddress(change: PlannedChange): boolean {
  const { type, name, properties } = change;
  return (
    type === judgedTypes.parameter &&
    isRollbackAddressName(name) &&
    isUpdate(change) &&
    properties.every((property) => property === "value")
  );
}

/** Autoscaling may take tasks away, or no longer. */
function isScaleIn(change: PlannedChange): boolean {
  const { type, properties } = change;
  return (
    type === judgedTypes.scalableTarget &&
    isUpdate(change) &&
    properties.every((property) => property === "suspendedState")
  );
}

/** The record, which every move writes. */
const recordOutputs = ["rollout"] as const satisfies readonly OutputName[];

/** What to do about a plan that changes more, where a command has edited the file. */
const applyFirst =
  "Check out the deployed version, or first apply the settings of the file: npm run rollout -- apply --stage <stage>.";

/**
 * Why a plan is not a step; empty if it is. A step updates the public rule's actions and the record, and nothing else.
 * Whatever else the checked-out program would change needs an update of its own.
 *
 * @param how what to do about it, as a sentence
 */
export function judgeStepPlan({ changes, outputs }: SavedPlan, how = applyFirst): string[] {
  const isWeightChange = (change: PlannedChange) =>
    isPublicRule(change) && isUpdate(change) && change.properties.every((property) => property === "actions");
  return [
    ...strangers(changes, isWeightChange, "A step changes the public rule's weights and nothing else", how),
    ...foreignOutputs(outputs, recordOutputs),
  ];
}

/** Types of what listens to the candidate's alarm. */
const alarmRuleTypes: readonly string[] = [judgedTypes.eventRule, judgedTypes.eventTarget];

/**
 * Why a plan is not a promote; empty if it is. A promote updates who is candidate: the rule of the candidate's own host, what
 * listens to its alarm, and the rollback's address. The public rule is not among it, so that public traffic stays; it may only
 * be written once more as it was.
 *
 * @param how what to do about it, as a sentence
 */
export function judgePromotePlan({ changes, outputs }: SavedPlan, how = applyFirst): string[] {
  const isOfCandidate = (change: PlannedChange) =>
    isRepeatedPublicRule(change) ||
    isNewAddress(change) ||
    (isUpdate(change) &&
      ((alarmRuleTypes.includes(change.type) && isCandidateAlarmRule(change.name)) ||
        (change.type === judgedTypes.listenerRule && isRuleName(change.name, "candidate"))));
  return [
    ...strangers(changes, isOfCandidate, "A promote changes who the candidate is and moves no traffic", how),
    ...foreignOutputs(outputs, recordOutputs),
  ];
}

const retiredOutputs: readonly OutputName[] = [
  ...recordOutputs,
  "serviceNames",
  "taskDefinitionArns",
  "oneOffTaskDefinitionArns",
];

/**
 * Why a plan does not just retire a colour; empty where it does: it deletes what runs the colour's image, the rollback's
 * address no longer offers a return to it, and autoscaling may take tasks away from live again.
 */
export function judgeRetirePlan({ changes, outputs }: SavedPlan, colour: Colour): string[] {
  const isOfColour = (change: PlannedChange) =>
    (change.operations.every((operation) => operation === "delete") && change.name.split("-").includes(colour)) ||
    isNewAddress(change) ||
    isScaleIn(change) ||
    isRepeatedPublicRule(change);
  return [
    ...strangers(changes, isOfColour, `Retiring ${colour} deletes what runs its image and nothing else`),
    ...foreignOutputs(outputs, retiredOutputs),
  ];
}

const rotatedOutputs: readonly OutputName[] = [...recordOutputs, "taskDefinitionArns", "oneOffTaskDefinitionArns"];

/** What holds a generated key. Each key has its own, so a rotation creates one or deletes one and changes none. */
const keyTypes: readonly string[] = [judgedTypes.randomPassword, judgedTypes.secret, judgedTypes.secretVersion];

/**
 * Why a plan does not just rotate the key; empty where it does: a key comes or goes, the tasks are made anew with other keys,
 * and the roles that start them may read these.
 */
export function judgeRotatePlan({ changes, outputs }: SavedPlan): string[] {
  const isOfKeys = (change: PlannedChange) => {
    const { type, name, operations, properties } = change;
    if (isRepeatedPublicRule(change)) return true;
    if (keyTypes.includes(type)) {
      const comesOrGoes = operations.every((one) => one === "create" || one === "delete");
      return isSigningKeyResource(name) && comesOrGoes;
    }
    if (type === judgedTypes.taskDefinition) {
      // Every change of a task definition registers another one.
      const isMadeAnew = operations.every((one) => /update|replace/.test(one));
      return isMadeAnew && properties.every((property) => property === "containerDefinitions");
    }
    if (!isUpdate(change)) return false;
    if (type === judgedTypes.service) return properties.every((property) => property === "taskDefinition");
    return (
      type === judgedTypes.rolePolicy && name.endsWith("-execution") && properties.every((one) => one === "policy")
    );
  };
  return [
    ...strangers(changes, isOfKeys, "A rotation changes the keys that tasks start with and nothing else"),
    ...foreignOutputs(outputs, rotatedOutputs),
  ];
}

/** What names the instance of the database, by type, and the ends of the names that such resources have. */
const namesTheInstance: Readonly<Record<string, RegExp>> = {
  "aws:backup/restoreTestingSelection:RestoreTestingSelection": /-restore-tests$/,
  "aws:backup/selection:Selection": /-backups$/,
  "aws:cloudwatch/dashboard:Dashboard": /./,
  "aws:cloudwatch/eventRule:EventRule": /-failed-backups$/,
  "aws:cloudwatch/logGroup:LogGroup": /-log-[\w-]+$/,
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": /-slow-queries$/,
  "aws:cloudwatch/metricAlarm:MetricAlarm": /-database-\w+$/,
  "aws:iam/role:Role": /-monitoring$/,
  "aws:iam/rolePolicy:RolePolicy": /-(task|migrator|integrity)$/,
  "aws:rds/eventSubscription:EventSubscription": /-instance-events$/,
  "aws:rds/instance:Instance": /-database$/,
  "pulumi:providers:postgresql": /-postgresql$/,
  "random:index/randomId:RandomId": /-database$/,
};

const restoredOutputs: readonly OutputName[] = [
  ...recordOutputs,
  "taskDefinitionArns",
  "oneOffTaskDefinitionArns",
  "databaseInstanceIdentifier",
  "databaseAddress",
  "databaseInForce",
];

/**
 * Why a plan does not just restore the database; empty where it does: another instance takes the place of the one that is there,
 * what names the instance follows, and the tasks are made anew with its address.
 *
 * @param isBegun whether an earlier update may have made the instance already
 */
export function judgeRestorePlan({ changes, outputs }: SavedPlan, isBegun: boolean): string[] {
  const isOfDatabase = (change: PlannedChange) => {
    const { type, name, properties } = change;
    if (isRepeatedPublicRule(change)) return true;
    if (type === judgedTypes.taskDefinition) return properties.every((property) => property === "containerDefinitions");
    if (type === judgedTypes.service) {
      return isUpdate(change) && properties.every((property) => property === "taskDefinition");
    }
    return namesTheInstance[type]?.test(name) === true;
  };
  const isRestored = restoresInstance({ changes });
  return [
    ...strangers(
      changes,
      isOfDatabase,
      "A restore replaces the database's instance and what names it, and nothing else",
    ),
    ...foreignOutputs(outputs, restoredOutputs),
    ...(isRestored || isBegun
      ? []
      : ["The plan would not replace the database's instance, so it would restore nothing."]),
  ];
}

function strangers(
  changes: readonly PlannedChange[],
  belongs: (change: PlannedChange) => boolean,
  rule: string,
  how = applyFirst,
): string[] {
  const listed = changes
    .filter((change) => !belongs(change))
    .map(({ operations, type, name, properties }) => {
      const what = properties.length === 0 ? "" : ` (${properties.join(", ")})`;
      return `${operations.join(", ")} ${type} ${name}${what}`;
    });
  if (listed.length === 0) return [];
  if (listed.length === 1) return [`${rule}, but the plan would ${listed[0]}. ${how}`];
  return [`${rule}, but the plan would\n${listed.map((change) => `    ${change}\n`).join("")}  ${how}`];
}

function foreignOutputs(outputs: readonly string[], known: readonly OutputName[]): string[] {
  const foreign = outputs.filter((name) => !known.some((one) => one === name));
  return foreign.length === 0
    ? []
    : [`The plan would also change the outputs ${foreign.join(", ")}. Update them first, without this move.`];
}
