/** Mutations of the chats that show alerts. */
import { role, rolePolicy, rolePolicyAttachment, slackChannel, teamsChannel } from "../../../policies/kinds.ts";
import { add, type Mutation, notCaught, outputOf, remove, set, the, unset } from "./mutation.ts";

const slack = the(slackChannel, "slack");
const teams = the(teamsChannel, "teams");
const chatRole = the(role, "chat");

const logs = { Effect: "Allow", Action: "logs:GetLogEvents", Resource: "arn:aws:logs:ap-southeast-2:123456789012:*" };

export const chatMutations: readonly Mutation[] = [
  ...[slack, teams].flatMap((channel) => [
    unset(channel, "guardrailPolicyArns", "chat-only-shows"),
    set(channel, "guardrailPolicyArns", ["arn:aws:iam::aws:policy/ReadOnlyAccess"], "chat-only-shows"),
    unset(channel, "userAuthorizationRequired", "chat-only-shows"),
    set(channel, "userAuthorizationRequired", false, "chat-only-shows"),
    set(channel, "snsTopicArns", [], "chat-hears-alerts"),
    unset(channel, "tags.Stage", "tags-required"),
  ]),
  set(
    slack,
    "loggingLevel",
    "NONE",
    notCaught("What the service logs helps to find its faults, and protects nothing."),
  ),
  remove(teams, notCaught("A chat is an addition: people are told by mail.")),
  add(
    rolePolicy,
    "logs for the chat",
    { role: outputOf(chatRole, "name"), policy: JSON.stringify({ Version: "2012-10-17", Statement: [logs] }) },
    "chat-role-allows-nothing",
  ),
  add(
    rolePolicyAttachment,
    "a policy of the account for the chat",
    { role: outputOf(chatRole, "name"), policyArn: "arn:aws:iam::123456789012:policy/look" },
    "chat-role-allows-nothing",
  ),
  set(
    chatRole,
    "assumeRolePolicy.Statement[0].Principal",
    { Service: ["chatbot.amazonaws.com", "lambda.amazonaws.com"] },
    "iam-service-names-source",
  ),
  set(
    chatRole,
    "assumeRolePolicy.Statement[0].Principal",
    { Service: "lambda.amazonaws.com" },
    "iam-service-names-source",
  ),
];
