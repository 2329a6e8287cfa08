/** Mutations of who may do what: roles, their policies, and the policies of keys, topics and queues. */
import {
  key,
  policy,
  queuePolicy,
  role,
  rolePolicy,
  rolePolicyAttachment,
  topic,
  topicPolicy,
} from "../../../policies/kinds.ts";
import {
  add,
  append,
  type Mutation,
  notCaught,
  outputOf,
  production,
  remove,
  set,
  setOption,
  the,
  unset,
} from "./mutation.ts";
import { keyAlias } from "./types.ts";
import { noPolicyYet } from "./undecided.ts";

const taskRights = the(rolePolicy, "task");
const executionRights = the(rolePolicy, "execution");
const migratorRights = the(rolePolicy, "migrator");
const rollbackRights = the(rolePolicy, "rollback");
const taskRole = the(role, "task");
const rollbackRole = the(role, "rollback");
const monitoringRights = the(rolePolicyAttachment, "monitoring");
const alertsKey = the(key, "alerts");
const databaseKey = the(key, "database");
const topicRights = the(topicPolicy, "alerts");
const queueRights = the(queuePolicy, "candidate-alarm-undelivered");

const allow = (Action: unknown, Resource: unknown) => ({ Effect: "Allow", Action, Resource });
const document = (...Statement: unknown[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const otherAccount = "arn:aws:iam::210987654321:root";

export const rightsMutations: readonly Mutation[] = [
  append(taskRights, "policy.Statement", allow("*", "*"), "iam-no-full-access"),
  append(taskRights, "policy.Statement", allow(["*"], ["*"]), "iam-no-full-access"),
  append(taskRights, "policy.Statement", allow("*:*", "*"), noPolicyYet),
  append(taskRights, "policy.Statement", allow("*", "arn:aws:*"), noPolicyYet),
  append(taskRights, "policy.Statement", allow("*", "arn:aws:s3:::*"), noPolicyYet),
  append(taskRights, "policy.Statement", { Effect: "Allow", NotAction: "iam:*", Resource: "*" }, noPolicyYet),
  append(
    taskRights,
    "policy.Statement",
    { Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::other" },
    noPolicyYet,
  ),
  append(taskRights, "policy.Statement", allow("s3:*", "*"), "iam-no-service-wildcard"),
  append(taskRights, "policy.Statement", allow("S3:*", outputOf(the(topic, "alerts"))), "iam-no-service-wildcard"),
  append(executionRights, "policy.Statement", allow("secretsmanager:*", "*"), "iam-no-service-wildcard"),
  append(taskRights, "policy.Statement", allow("s3:G*", "*"), noPolicyYet),
  append(taskRights, "policy.Statement", allow("iam:PassRole", "*"), noPolicyYet),
  append(taskRights, "policy.Statement", allow("iam:PassRole", "arn:aws:iam::123456789012:role/*"), noPolicyYet),
  append(taskRights, "policy.Statement", allow("sts:AssumeRole", "*"), noPolicyYet),
  append(taskRights, "policy.Statement", allow(["iam:CreateAccessKey"], ["*"]), noPolicyYet),
  append(taskRights, "policy.Statement", allow("kms:Decrypt", "*"), noPolicyYet),
  set(executionRights, "policy.Statement[ReadSecrets].Resource", ["*"], noPolicyYet),
  set(taskRights, "policy.Statement[UseUploads].Resource", ["*"], noPolicyYet),
  set(taskRights, "policy.Statement[ConnectToDatabase].Resource", ["*"], noPolicyYet),
  set(
    migratorRights,
    "policy.Statement[0].Resource",
    ["arn:aws:rds-db:ap-southeast-2:123456789012:dbuser:*/*"],
    noPolicyYet,
  ),
  set(rollbackRights, "policy.Statement[ReturnTraffic].Resource", ["*"], noPolicyYet),
  set(rollbackRights, "policy.Statement[KeepLatch].Resource", ["*"], noPolicyYet),
  unset(rollbackRights, "policy.Statement[PublishWeights].Condition", noPolicyYet),
  append(
    taskRights,
    "policy.Statement",
    allow("elasticloadbalancing:ModifyRule", "*"),
    "rollout-only-the-machine-moves-traffic",
  ),
  append(taskRights, "policy.Statement", allow("ssm:PutParameter", "*"), "rollout-only-the-machine-moves-traffic"),
  set(taskRole, "inlinePolicies", [{ name: "all", policy: document(allow("*", "*")) }], "iam-no-full-access"),
  set(taskRole, "managedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"], noPolicyYet),
  set(monitoringRights, "policyArn", "arn:aws:iam::aws:policy/AdministratorAccess", "iam-no-administrator"),
  set(monitoringRights, "policyArn", "arn:aws:iam::aws:policy/PowerUserAccess", "iam-no-administrator"),
  set(monitoringRights, "policyArn", "arn:aws:iam::aws:policy/IAMFullAccess", "iam-no-administrator"),
  set(monitoringRights, "policyArn", "arn:aws:iam::aws:policy/AmazonS3FullAccess", noPolicyYet),
  set(
    the(rolePolicyAttachment, "backup"),
    "policyArn",
    "arn:aws:iam::aws:policy/job-function/SystemAdministrator",
    noPolicyYet,
    production,
  ),
  add(policy, "every action", { policy: document(allow("*", "*")) }, "iam-no-full-access"),
  add(policy, "every action of a service", { policy: document(allow("rds:*", "*")) }, "iam-no-service-wildcard"),
  add(
    rolePolicyAttachment,
    "administrator rights for the API",
    { role: outputOf(taskRole, "name"), policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    "iam-no-administrator",
  ),
  add({ token: "aws:iam/user:User" }, "a person with a password", {}, "types-reviewed"),
  add({ token: "aws:iam/accessKey:AccessKey" }, "a key that never ends", { user: "somebody" }, "types-reviewed"),
  add(
    { token: "aws:iam/userPolicy:UserPolicy" },
    "every action for a user",
    { user: "somebody", policy: document(allow("*", "*")) },
    "types-reviewed",
  ),
  add(
    { token: "aws:iam/userPolicyAttachment:UserPolicyAttachment" },
    "administrator rights for a user",
    { user: "somebody", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    "types-reviewed",
  ),
  add(
    { token: "aws:iam/groupPolicy:GroupPolicy" },
    "every action for a group",
    { group: "everybody", policy: document(allow("*", "*")) },
    "types-reviewed",
  ),
  add(
    { token: "aws:iam/policyAttachment:PolicyAttachment" },
    "administrator rights by the older type",
    { roles: [outputOf(taskRole, "name")], policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    "types-reviewed",
  ),
];

export const trustMutations: readonly Mutation[] = [
  set(taskRole, "assumeRolePolicy.Statement[0].Principal", "*", noPolicyYet),
  set(taskRole, "assumeRolePolicy.Statement[0].Principal", { AWS: "*" }, noPolicyYet),
  set(taskRole, "assumeRolePolicy.Statement[0].Principal", { AWS: otherAccount }, noPolicyYet),
  unset(taskRole, "assumeRolePolicy.Statement[0].Condition", noPolicyYet),
  unset(rollbackRole, "assumeRolePolicy.Statement[0].Condition", noPolicyYet),
  set(
    the(role, "monitoring"),
    "assumeRolePolicy.Statement[0].Condition",
    { Bool: { "aws:SecureTransport": "true" } },
    noPolicyYet,
  ),
  append(
    the(role, "execution"),
    "assumeRolePolicy.Statement",
    { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" },
    noPolicyYet,
  ),
  set(the(role, "flow-logs"), "assumeRolePolicy.Statement[0].Principal", { Service: "ec2.amazonaws.com" }, noPolicyYet),
  set(
    taskRole,
    "maxSessionDuration",
    43_200,
    notCaught("A task's credentials are renewed by ECS, whatever a session's length is."),
  ),
  add(
    role,
    "a role that everyone may take",
    { assumeRolePolicy: document({ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }) },
    noPolicyYet,
  ),
  add(
    role,
    "a role for every workflow of GitHub",
    {
      assumeRolePolicy: document({
        Effect: "Allow",
        Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" },
        Action: "sts:AssumeRoleWithWebIdentity",
      }),
    },
    noPolicyYet,
  ),
];

export const keyMutations: readonly Mutation[] = [
  set(alertsKey, "enableKeyRotation", false, "kms-rotation"),
  unset(databaseKey, "enableKeyRotation", "kms-rotation"),
  set(databaseKey, "deletionWindowInDays", 7, noPolicyYet, production),
  set(databaseKey, "isEnabled", false, noPolicyYet),
  set(databaseKey, "bypassPolicyLockoutSafetyCheck", true, noPolicyYet),
  setOption(databaseKey, { protect: false }, "protected-in-production", production),
  set(
    databaseKey,
    "policy",
    document({ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }),
    "kms-not-for-everyone",
  ),
  unset(alertsKey, "policy.Statement[ThroughSns].Condition", "kms-not-for-everyone"),
  set(
    alertsKey,
    "policy.Statement[ThroughSns].Condition",
    { StringEquals: { "kms:ViaService": "sns.ap-southeast-2.amazonaws.com" } },
    noPolicyYet,
  ),
  unset(alertsKey, "policy.Statement[Alarms].Condition", noPolicyYet),
  append(
    alertsKey,
    "policy.Statement",
    { Effect: "Allow", Principal: { AWS: otherAccount }, Action: "kms:Decrypt", Resource: "*" },
    noPolicyYet,
  ),
  set(
    the(keyAlias, "database"),
    "targetKeyId",
    "other",
    notCaught("Nothing is encrypted by the alias; it names the key for people."),
  ),
];

export const sharedMutations: readonly Mutation[] = [
  append(
    topicRights,
    "policy.Statement",
    { Effect: "Allow", Principal: "*", Action: "sns:Publish", Resource: "*" },
    "sns-not-for-everyone",
  ),
  append(
    topicRights,
    "policy.Statement",
    {
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: "sns:Subscribe",
      Resource: "*",
      Condition: { Bool: { "aws:SecureTransport": "true" } },
    },
    noPolicyYet,
  ),
  append(
    topicRights,
    "policy.Statement",
    { Effect: "Allow", Principal: { AWS: otherAccount }, Action: "sns:Subscribe", Resource: "*" },
    noPolicyYet,
  ),
  unset(topicRights, "policy.Statement[Alarms].Condition", noPolicyYet),
  unset(topicRights, "policy.Statement[OnlyTls]", noPolicyYet),
  unset(topicRights, "policy.Statement[Alarms]", "sns-services-may-publish"),
  unset(topicRights, "policy.Statement[DatabaseEvents]", "sns-services-may-publish"),
  remove(topicRights, "sns-services-may-publish"),
  unset(the(topic, "alerts"), "kmsMasterKeyId", "sns-encrypted"),
  set(the(topic, "alerts"), "signatureVersion", 1, noPolicyYet),
  append(
    queueRights,
    "policy.Statement",
    { Effect: "Allow", Principal: "*", Action: "sqs:ReceiveMessage", Resource: "*" },
    "sqs-not-for-everyone",
  ),
  append(
    queueRights,
    "policy.Statement",
    {
      Effect: "Allow",
      Principal: "*",
      Action: "sqs:SendMessage",
      Resource: "*",
      Condition: { StringLike: { "aws:UserAgent": "*" } },
    },
    noPolicyYet,
  ),
  unset(queueRights, "policy.Statement[0].Condition", noPolicyYet),
];
