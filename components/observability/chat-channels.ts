import { SlackChannelConfiguration } from "@pulumi/aws/chatbot/slackChannelConfiguration.js";
import { TeamsChannelConfiguration } from "@pulumi/aws/chatbot/teamsChannelConfiguration.js";
import * as pulumi from "@pulumi/pulumi";
import { createPowerlessRole } from "../iam.ts";
import { child, onlyOne, type Scope, type Tags } from "../scope.ts";

/** Arguments of {@link ChatChannels}. */
export interface ChatChannelsArgs {
  /** A channel of Slack. Default none. */
  readonly slack?: { readonly workspaceId: string; readonly channelId: string } | undefined;
  /** A channel of Microsoft Teams. Default none. */
  readonly teams?:
    | {
        readonly tenantId: string;
        readonly teamId: string;
        /** As it stands in the channel's link, such as `19%3a…%40thread.tacv2`. */
        readonly channelId: string;
      }
    | undefined;
  /** The topic whose messages the channels show. It may be in any region. */
  readonly alertTopicArn: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * Where the API of AWS's service for chats is asked. It has endpoints in us-east-2, us-west-2, eu-west-1 and ap-southeast-1
 * alone, and a configuration that is made at one of them holds for all regions: its ARN names none.
 *
 * @see AWS General Reference, "Amazon Q Developer in chat applications endpoints and quotas"
 */
const chatRegion = "ap-southeast-1";

/** AWS's policy that denies everything ("AWSDenyAll", AWS Managed Policy Reference). */
const denyAll = "arn:aws:iam::aws:policy/AWSDenyAll";

/**
 * Channels of Slack and Microsoft Teams that show what the alert topic is told (guide K2). A person has authorized the
 * workspace or the team in AWS's console before; no API does that.
 *
 * A channel shows, and does nothing. The service delivers notifications by its own service-linked role, so that the channel's
 * role needs no permission. Without a guardrail a channel has AdministratorAccess as its limit, and anybody in it may choose
 * a role for themselves; so everything is denied, and nobody may use the channel's role.
 *
 * @see Amazon Q Developer in chat applications administrator guide, "Understanding permissions", "Using service-linked roles"
 */
export class ChatChannels extends pulumi.ComponentResource {
  /**
   * @param name base name of the stack, such as `portal-production`
   * @throws {RangeError} when neither Slack nor Teams is named
   */
  constructor(name: string, args: ChatChannelsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:observability:ChatChannels", name, {}, opts);
    const { slack, teams, tags } = args;
    if (slack === undefined && teams === undefined) {
      throw new RangeError("chat names neither Slack nor Teams. Name one, or leave chat out.");
    }
    const scope: Scope = { name, parent: this, tags };
    const role = createPowerlessRole(scope, {
      what: "chat",
      description: "What a chat that shows alerts may do: nothing",
      service: "chatbot.amazonaws.com",
    });
    if (slack !== undefined) createSlackChannel(scope, slack, limits(args, role));
    if (teams !== undefined) createTeamsChannel(scope, teams, limits(args, role));
    this.registerOutputs({});
  }
}

/** What every channel shows, and how it is kept from doing anything. */
function limits({ alertTopicArn }: ChatChannelsArgs, iamRoleArn: pulumi.Output<string>) {
  return {
    iamRoleArn,
    snsTopicArns: [alertTopicArn],
    guardrailPolicyArns: [denyAll],
    userAuthorizationRequired: true,
    loggingLevel: "ERROR",
    region: chatRegion,
  };
}

type Limits = ReturnType<typeof limits>;

/**
 * AWS changes neither the workspace nor the name, and the provider does not know that: its update leaves out the one and looks
 * for the other. So the program has the channel replaced.
 */
function createSlackChannel(
  scope: Scope,
  { workspaceId, channelId }: NonNullable<ChatChannelsArgs["slack"]>,
  common: Limits,
): void {
  const { logicalName, tags, opts } = child(scope, "slack");
  new SlackChannelConfiguration(
    logicalName,
    { configurationName: logicalName, slackTeamId: workspaceId, slackChannelId: channelId, ...common, tags },
    { ...opts, ...onlyOne, replaceOnChanges: ["configurationName", "slackTeamId"] },
  );
}

/** The provider finds a channel by its team: an account has one for each team. */
function createTeamsChannel(
  scope: Scope,
  { tenantId, teamId, channelId }: NonNullable<ChatChannelsArgs["teams"]>,
  common: Limits,
): void {
  const { logicalName, tags, opts } = child(scope, "teams");
  new TeamsChannelConfiguration(
    logicalName,
    { configurationName: logicalName, tenantId, teamId, channelId, ...common, tags },
    { ...opts, ...onlyOne, replaceOnChanges: ["configurationName", "teamId", "tenantId"] },
  );
}
