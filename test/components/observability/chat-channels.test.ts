import { describe, expect, it } from "vitest";
import { ChatChannels, type ChatChannelsArgs } from "../../../components/observability/chat-channels.ts";
import { bothChats } from "../../support/chats.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";

const alertTopicArn = "arn:aws:sns:ap-southeast-2:123456789012:portal-production-alerts";
const { slack, teams } = bothChats;

const plan = (chat: Pick<ChatChannelsArgs, "slack" | "teams">) =>
  planProgram(() => {
    new ChatChannels(testName, { ...chat, alertTopicArn, tags: testTags });
    return {};
  });

const slackType = "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration";
const teamsType = "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration";

describe("ChatChannels", () => {
  it("lets a channel of each kind show the alert topic, and do nothing", async () => {
    const { only } = await plan({ slack, teams });
    const limits = {
      iamRoleArn: only("aws:iam/role:Role").outputs["arn"],
      snsTopicArns: [alertTopicArn],
      guardrailPolicyArns: ["arn:aws:iam::aws:policy/AWSDenyAll"],
      userAuthorizationRequired: true,
      loggingLevel: "ERROR",
      region: "ap-southeast-1",
    };
    expect(only(slackType).inputs).toEqual({
      configurationName: `${testName}-slack`,
      slackTeamId: slack.workspaceId,
      slackChannelId: slack.channelId,
      ...limits,
      tags: { ...testTags, Name: `${testName}-slack` },
    });
    expect(only(teamsType).inputs).toEqual({
      configurationName: `${testName}-teams`,
      ...teams,
      ...limits,
      tags: { ...testTags, Name: `${testName}-teams` },
    });
  });

  it("gives the channels one role, which the service for chats may assume and which allows nothing", async () => {
    const { only, resources } = await plan({ slack, teams });
    expect(JSON.parse(String(only("aws:iam/role:Role").inputs["assumeRolePolicy"])).Statement).toEqual([
      { Effect: "Allow", Principal: { Service: "chatbot.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
    const types = resources.filter(({ custom }) => custom).map(({ type }) => type);
    expect(types.sort()).toEqual([slackType, teamsType, "aws:iam/role:Role"]);
  });

  it("replaces a channel for what AWS does not change: its name, the workspace, the team and its tenant", async () => {
    const { only } = await plan({ slack, teams });
    expect(only(slackType).replaceOnChanges).toEqual(["configurationName", "slackTeamId"]);
    expect(only(teamsType).replaceOnChanges).toEqual(["configurationName", "teamId", "tenantId"]);
  });

  it.each([
    ["Slack", { slack }, slackType, teamsType],
    ["Teams", { teams }, teamsType, slackType],
  ])("makes only the channel of %s where only that is named", async (_, chat, present, absent) => {
    const { all } = await plan(chat);
    expect([all(present).length, all(absent).length]).toEqual([1, 0]);
  });

  it("refuses a chat without a channel", async () => {
    await expect(plan({})).rejects.toThrow("chat names neither Slack nor Teams");
  });
});
