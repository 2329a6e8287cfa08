/** Rules on chats that show alerts: a channel shows what people are told, and nobody in it can do anything with AWS. */
import {
  type Kind,
  policyAttachment,
  role,
  rolePolicy,
  rolePolicyAttachment,
  rolePolicyAttachmentsExclusive,
  slackChannel,
  teamsChannel,
  topic,
} from "../kinds.ts";
import { known, refersTo } from "../links.ts";
import { statementsOf } from "../policy-documents.ts";
import { type Member, type Rule, resourceRule, type Stack, shown, stackRule } from "../rule.ts";

/** The service principal of Amazon Q Developer in chat applications. */
export const chatService = "chatbot.amazonaws.com";

const denyAll = /^arn:aws[a-z-]*:iam::aws:policy\/AWSDenyAll$/;

/** What both kinds of channel have. */
interface Channel {
  guardrailPolicyArns?: readonly string[];
  iamRoleArn: string;
  snsTopicArns?: readonly string[];
  userAuthorizationRequired?: boolean;
}

const channels: readonly Kind<Channel>[] = [slackChannel, teamsChannel];

export const chatRules: readonly Rule[] = [
  resourceRule({
    name: "chat-only-shows",
    rule: "A chat that shows alerts must be denied everything else, because the default guardrail is AdministratorAccess",
    source: "AWS Chatbot: GuardrailPolicyArns, UserAuthorizationRequired",
    kinds: channels,
    check({ props: { guardrailPolicyArns = [], userAuthorizationRequired } }, report) {
      if (!guardrailPolicyArns.some((arn) => denyAll.test(arn))) {
        report({
          found: shown("guardrailPolicyArns", guardrailPolicyArns.join(", ")),
          fix: "set guardrailPolicyArns to arn:aws:iam::aws:policy/AWSDenyAll",
        });
      }
      if (userAuthorizationRequired !== true) {
        report({
          found: shown("userAuthorizationRequired", userAuthorizationRequired),
          fix: "set userAuthorizationRequired to true, so that nobody in the channel has the channel's role",
        });
      }
    },
  }),

  stackRule({
    name: "chat-hears-alerts",
    rule: "A chat must show a topic of the stack, or it shows nothing",
    source: "deployment guide K2",
    kinds: [...channels, topic],
    check({ all }, report) {
      for (const channel of channels.flatMap((kind) => all(kind))) {
        if (all(topic).some((one) => refersTo(channel, "snsTopicArns", one))) continue;
        report(channel, { found: "snsTopicArns names no topic of this stack", fix: "set it to the alert topic" });
      }
    },
  }),

  /**
   * AWS documents no condition that the service fulfils when it assumes a role, so that the role's trust has none
   * (`iam-service-names-source` lets it). Then the role must be worth nothing to anybody.
   */
  stackRule({
    name: "chat-role-allows-nothing",
    rule: "A role that the service for chats may assume must have no permission, because its trust names no source",
    source: "AWS IAM: The confused deputy problem",
    kinds: [role, rolePolicy, rolePolicyAttachment, rolePolicyAttachmentsExclusive, policyAttachment],
    check(stack, report) {
      for (const one of stack.all(role)) {
        if (!trustsChats(one)) continue;
        const { inlinePolicies, managedPolicyArns } = one.props;
        const given = [
          ...((inlinePolicies ?? []).length > 0 ? ["inlinePolicies"] : []),
          ...((managedPolicyArns ?? []).length > 0 ? ["managedPolicyArns"] : []),
          ...giversOf(stack, one),
        ];
        if (given.length === 0) continue;
        report(one, {
          found: `it gets permissions by ${given.join(", ")}`,
          fix: "remove them: notifications need none",
        });
      }
    },
  }),
];

function trustsChats({ props }: Member<{ assumeRolePolicy?: unknown }>): boolean {
  return statementsOf(known(() => props.assumeRolePolicy)).some(({ principals }) =>
    principals.some(({ name }) => name === chatService),
  );
}

/** The resources that give a role permissions, by name. */
function giversOf({ all }: Stack, one: Member<object>): readonly string[] {
  return [
    ...all(rolePolicy).filter((giver) => refersTo(giver, "role", one)),
    ...all(rolePolicyAttachment).filter((giver) => refersTo(giver, "role", one)),
    ...all(rolePolicyAttachmentsExclusive).filter((giver) => refersTo(giver, "roleName", one)),
    ...all(policyAttachment).filter((giver) => refersTo(giver, "roles", one)),
  ].map(({ name }) => name);
}
