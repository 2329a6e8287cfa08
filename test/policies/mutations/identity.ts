/** Mutations of who may do what: roles, their policies, and the policies of keys, topics and queues. */
import {
  key,
  policy,
  queuePolicy,
  role,
  rolePolicy,
  rolePolicyAttachment,
  taskDefinition,
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
const everyone = { ...allow("*", "*"), Principal: "*", Condition: { Bool: { "aws:SecureTransport": "true" } } };
const taskRoleArn = "arn:aws:iam::123456789012:role/portal-task";
const functionArn = "arn:aws:lambda:ap-southeast-2:123456789012:function:portal";
const everySecret = "arn:aws:secretsmanager:ap-southeast-2:123456789012:secret:*";
const otherAccount = "arn:aws:iam::210987654321:root";

export const rightsMutations: readonly Mutation[] = [
  append(taskRights, "policy.Statement", allow("*", "*"), "iam-named-actions"),
  append(taskRights, "policy.Statement", allow(["*"], ["*"]), "iam-named-actions"),
  append(taskRights, "policy.Statement", allow("*:*", "*"), "iam-named-actions"),
  append(taskRights, "policy.Statement", allow("*", "arn:aws:*"), "iam-named-actions"),
  append(taskRights, "policy.Statement", allow("*", "arn:aws:s3:::*"), "iam-named-actions"),
  append(taskRights, "policy.Statement", { Effect: "Allow", NotAction: "iam:*", Resource: "*" }, "iam-no-exceptions"),
  append(
    taskRights,
    "policy.Statement",
    { Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::other" },
    "iam-no-exceptions",
  ),
  append(taskRights, "policy.Statement", allow("s3:*", "*"), "iam-named-actions"),
  append(taskRights, "policy.Statement", allow("S3:*", outputOf(the(topic, "alerts"))), "iam-named-actions"),
  append(executionRights, "policy.Statement", allow("secretsmanager:*", "*"), "iam-named-actions"),
  append(taskRights, "policy.Statement", allow("s3:G*", "*"), "iam-named-actions"),
  append(taskRights, "policy.Statement", allow("iam:PassRole", "*"), "iam-pass-role"),
  append(taskRights, "policy.Statement", allow("iam:PassRole", "arn:aws:iam::123456789012:role/*"), "iam-pass-role"),
  append(taskRights, "policy.Statement", allow("sts:AssumeRole", "*"), "iam-pass-role"),
  append(taskRights, "policy.Statement", allow(["iam:CreateAccessKey"], ["*"]), "iam-no-escalation"),
  append(taskRights, "policy.Statement", allow("kms:Decrypt", "*"), "iam-named-resources"),
  set(executionRights, "policy.Statement[ReadSecrets].Resource", ["*"], "iam-named-resources"),
  set(taskRights, "policy.Statement[UseUploads].Resource", ["*"], "iam-named-resources"),
  set(taskRights, "policy.Statement[ConnectToDatabase].Resource", ["*"], "ecs-task-role-fits-database-user"),
  set(
    migratorRights,
    "policy.Statement[0].Resource",
    ["arn:aws:rds-db:ap-southeast-2:123456789012:dbuser:*/*"],
    "ecs-task-role-fits-database-user",
  ),
  set(rollbackRights, "policy.Statement[ReturnTraffic].Resource", ["*"], "iam-named-resources"),
  set(rollbackRights, "policy.Statement[KeepLatch].Resource", ["*"], "iam-named-resources"),
  unset(rollbackRights, "policy.Statement[PublishWeights].Condition", "iam-named-resources"),
  append(
    taskRights,
    "policy.Statement",
    allow("elasticloadbalancing:ModifyRule", "*"),
    "rollout-only-the-machine-moves-traffic",
  ),
  append(taskRights, "policy.Statement", allow("ssm:PutParameter", "*"), "rollout-only-the-machine-moves-traffic"),
  set(taskRole, "inlinePolicies", [{ name: "all", policy: document(allow("*", "*")) }], "iam-named-actions"),
  set(taskRole, "managedPolicyArns", ["arn:aws:iam::aws:policy/AdministratorAccess"], "iam-no-broad-managed-policy"),
  set(monitoringRights, "policyArn", "arn:aws:iam::aws:policy/AdministratorAccess", "iam-no-broad-managed-policy"),
  set(monitoringRights, "policyArn", "arn:aws:iam::aws:policy/PowerUserAccess", "iam-no-broad-managed-policy"),
  set(monitoringRights, "policyArn", "arn:aws:iam::aws:policy/IAMFullAccess", "iam-no-broad-managed-policy"),
  set(monitoringRights, "policyArn", "arn:aws:iam::aws:policy/AmazonS3FullAccess", "iam-no-broad-managed-policy"),
  set(
    the(rolePolicyAttachment, "backup"),
    "policyArn",
    "arn:aws:iam::aws:policy/job-function/SystemAdministrator",
    "iam-no-broad-managed-policy",
    production,
  ),
  add(policy, "every action", { policy: document(allow("*", "*")) }, "iam-named-actions"),
  add(policy, "every action of a service", { policy: document(allow("rds:*", "*")) }, "iam-named-actions"),
  add(
    rolePolicyAttachment,
    "administrator rights for the API",
    { role: outputOf(taskRole, "name"), policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    "iam-no-broad-managed-policy",
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
    "iam-no-broad-managed-policy",
  ),
];

/** Conditions that keep nobody out, as the IAM user guide tells what each operator does where a key is missing. */
export const conditionMutations: readonly Mutation[] = [
  ...[
    { StringEqualsIfExists: { "aws:SourceAccount": "123456789012" } },
    { StringNotEquals: { "aws:SourceAccount": "210987654321" } },
    { StringLike: { "aws:SourceAccount": "*" } },
    { ArnLike: { "aws:SourceArn": "arn:aws:ecs:*:*:*" } },
    { Null: { "aws:SourceAccount": "false" } },
    { "ForAllValues:StringEquals": { "aws:SourceAccount": "123456789012" } },
    { StringEquals: { "aws:PrincipalAccount": "123456789012" } },
  ].map((condition) => set(taskRole, "assumeRolePolicy.Statement[0].Condition", condition, "iam-service-names-source")),
  ...[
    { StringEqualsIfExists: { "kms:CallerAccount": "123456789012" } },
    { StringLike: { "aws:PrincipalOrgID": "*" } },
    { Bool: { "aws:PrincipalIsAWSService": "true" } },
    { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } },
    { StringEquals: { "aws:PrincipalAccount": ["123456789012", "*"] } },
  ].map((condition) =>
    set(alertsKey, "policy.Statement[ThroughSns].Condition", condition, "resource-policy-not-for-everyone"),
  ),
  unset(alertsKey, "policy.Statement[FailedBackups].Condition", "iam-service-names-source"),
  set(
    topicRights,
    "policy.Statement[FailedBackups].Action",
    ["sns:Publish", "sns:Subscribe"],
    "iam-service-names-source",
  ),
  set(
    topicRights,
    "policy.Statement[Alarms].Condition",
    { StringEquals: { "aws:SourceAccount": "210987654321" } },
    "iam-own-account",
  ),
  set(queueRights, "policy.Statement[0].Action", "sqs:*", "resource-policy-named-actions"),
  set(
    alertsKey,
    "policy.Statement[Administer].Principal",
    { AWS: "arn:aws:iam::123456789012:role/ci" },
    "resource-policy-named-actions",
  ),
];

/** Documents that stand in other places than a role's policy, and texts that are no documents. */
export const documentMutations: readonly Mutation[] = [
  append(
    taskRights,
    "policy.Statement",
    allow("iam:*Policy*", "arn:aws:iam::123456789012:policy/portal"),
    "iam-named-actions",
  ),
  append(taskRights, "policy.Statement", allow("s3:Get?bject", "arn:aws:s3:::portal/*"), "iam-named-actions"),
  append(taskRights, "policy.Statement", allow("iam:PassRole", taskRoleArn), "iam-pass-role"),
  append(
    taskRights,
    "policy.Statement",
    allow("sts:AssumeRole", "arn:aws:iam::123456789012:role/portal-*"),
    "iam-pass-role",
  ),
  append(taskRights, "policy.Statement", allow("lambda:UpdateFunctionCode", functionArn), "iam-no-escalation"),
  append(
    taskRights,
    "policy.Statement",
    allow("s3:PutBucketPolicy", "arn:aws:s3:::portal-uploads"),
    "iam-no-escalation",
  ),
  append(
    executionRights,
    "policy.Statement",
    allow("secretsmanager:GetSecretValue", everySecret),
    "iam-named-resources",
  ),
  set(taskRole, "permissionsBoundary", "arn:aws:iam::123456789012:policy/portal-roles", "iam-same-boundary"),
  add({ token: "aws:iam/user:User" }, "a user", { name: "ci" }, "iam-no-users"),
  add({ token: "aws:iam/accessKey:AccessKey" }, "a key that does not expire", { user: "ci" }, "iam-no-users"),
  add(
    { token: "aws:iam/userPolicy:UserPolicy" },
    "rights of a user",
    { policy: document(allow("*", "*")) },
    "iam-no-users",
  ),
  add(
    { token: "aws:iam/groupPolicy:GroupPolicy" },
    "rights of a group",
    { policy: document(allow("*", "*")) },
    "iam-named-actions",
  ),
  add(
    { token: "aws:iam/policyAttachment:PolicyAttachment" },
    "administrator rights for several",
    { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
    "iam-no-broad-managed-policy",
  ),
  ...[
    "backup/vaultPolicy:VaultPolicy",
    "ecr/repositoryPolicy:RepositoryPolicy",
    "secretsmanager/secretPolicy:SecretPolicy",
    "s3/accessPoint:AccessPoint",
  ].map((type) =>
    add(
      { token: `aws:${type}` },
      "a policy that lets everyone in",
      { policy: document(everyone) },
      "resource-policy-not-for-everyone",
    ),
  ),
  add(
    { token: "aws:cloudwatch/logResourcePolicy:LogResourcePolicy" },
    "a service for whomever it acts",
    {
      policyDocument: document({ ...allow("logs:PutLogEvents", "*"), Principal: { Service: "route53.amazonaws.com" } }),
    },
    "iam-service-names-source",
  ),
  add(
    { token: "aws:lambda/permission:Permission" },
    "a call by everyone",
    { principal: "*", action: "lambda:InvokeFunction" },
    "resource-policy-not-for-everyone",
  ),
  set(taskRights, "policy", '{"Version":"2012-10-17","Statement":[', "json-readable"),
  set(taskRole, "assumeRolePolicy.Statement[0].effect", "Allow", "json-readable"),
  set(taskRights, "policy.Statement[0].Effect", "allow", "json-readable"),
  set(the(taskDefinition, "green"), "containerDefinitions", "[", "json-readable"),
];

export const trustMutations: readonly Mutation[] = [
  set(taskRole, "assumeRolePolicy.Statement[0].Principal", "*", "iam-trust-services-only"),
  set(taskRole, "assumeRolePolicy.Statement[0].Principal", { AWS: "*" }, "iam-trust-services-only"),
  set(taskRole, "assumeRolePolicy.Statement[0].Principal", { AWS: otherAccount }, "iam-trust-services-only"),
  unset(taskRole, "assumeRolePolicy.Statement[0].Condition", "iam-service-names-source"),
  unset(rollbackRole, "assumeRolePolicy.Statement[0].Condition", "iam-service-names-source"),
  set(
    the(role, "monitoring"),
    "assumeRolePolicy.Statement[0].Condition",
    { Bool: { "aws:SecureTransport": "true" } },
    "iam-service-names-source",
  ),
  append(
    the(role, "execution"),
    "assumeRolePolicy.Statement",
    { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" },
    "iam-trust-services-only",
  ),
  set(
    the(role, "flow-logs"),
    "assumeRolePolicy.Statement[0].Principal",
    { Service: "ec2.amazonaws.com" },
    notCaught("EC2 refuses a flow log whose service may not take the role."),
  ),
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
    "iam-trust-services-only",
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
    "iam-trust-services-only",
  ),
];

export const keyMutations: readonly Mutation[] = [
  set(alertsKey, "enableKeyRotation", false, "kms-rotation"),
  unset(databaseKey, "enableKeyRotation", "kms-rotation"),
  set(
    databaseKey,
    "deletionWindowInDays",
    7,
    notCaught("It is the least that KMS takes, and a deletion can be taken back in it."),
    production,
  ),
  set(databaseKey, "isEnabled", false, "kms-usable"),
  set(databaseKey, "bypassPolicyLockoutSafetyCheck", true, "kms-usable"),
  setOption(databaseKey, { protect: false }, "protected-in-production", production),
  set(
    databaseKey,
    "policy",
    document({ Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" }),
    "resource-policy-named-actions",
  ),
  unset(alertsKey, "policy.Statement[ThroughSns].Condition", "resource-policy-not-for-everyone"),
  set(
    alertsKey,
    "policy.Statement[ThroughSns].Condition",
    { StringEquals: { "kms:ViaService": "sns.ap-southeast-2.amazonaws.com" } },
    "resource-policy-not-for-everyone",
  ),
  unset(alertsKey, "policy.Statement[Alarms].Condition", "iam-service-names-source"),
  append(
    alertsKey,
    "policy.Statement",
    { Effect: "Allow", Principal: { AWS: otherAccount }, Action: "kms:Decrypt", Resource: "*" },
    "iam-own-account",
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
    "resource-policy-not-for-everyone",
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
    "resource-policy-not-for-everyone",
  ),
  append(
    topicRights,
    "policy.Statement",
    { Effect: "Allow", Principal: { AWS: otherAccount }, Action: "sns:Subscribe", Resource: "*" },
    "iam-own-account",
  ),
  unset(topicRights, "policy.Statement[Alarms].Condition", "iam-service-names-source"),
  unset(topicRights, "policy.Statement[OnlyTls]", "sns-tls-only"),
  unset(topicRights, "policy.Statement[Alarms]", "sns-services-may-publish"),
  unset(topicRights, "policy.Statement[DatabaseEvents]", "sns-services-may-publish"),
  remove(topicRights, "sns-services-may-publish"),
  unset(the(topic, "alerts"), "kmsMasterKeyId", "sns-encrypted"),
  set(
    the(topic, "alerts"),
    "signatureVersion",
    1,
    notCaught("Only subscribers over HTTP check signatures, and the one that the stack can have is a service of AWS."),
  ),
  append(
    queueRights,
    "policy.Statement",
    { Effect: "Allow", Principal: "*", Action: "sqs:ReceiveMessage", Resource: "*" },
    "resource-policy-not-for-everyone",
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
    "resource-policy-not-for-everyone",
  ),
  unset(queueRights, "policy.Statement[0].Condition", "iam-service-names-source"),
];
