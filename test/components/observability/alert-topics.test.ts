import { describe, expect, it } from "vitest";
import { AlertTopics } from "../../../components/observability/alert-topics.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";

const accountId = "123456789012";
const plan = (notify: readonly string[] = ["ops@celebrant-portal.com", "lead@celebrant-portal.com"]) =>
  planProgram(() => {
    const topics = new AlertTopics(testName, { notify, region: "ap-southeast-2", accountId, tags: testTags });
    return { alertTopicArn: topics.alertTopicArn };
  });

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: string | Record<string, string>;
  readonly Action: string | string[];
  readonly Condition?: unknown;
}

const statements = (policy: unknown): Statement[] => JSON.parse(String(policy)).Statement;
const services = (list: readonly Statement[]) =>
  list.flatMap(({ Principal, Condition }) =>
    typeof Principal === "object" && "Service" in Principal ? [[Principal["Service"], Condition]] : [],
  );
const ownAccount = { StringEquals: { "aws:SourceAccount": accountId } };
const publishers = [
  ["cloudwatch.amazonaws.com", ownAccount],
  ["ses.amazonaws.com", ownAccount],
  ["events.rds.amazonaws.com", ownAccount],
];
const ownTopics = {
  StringLike: { "kms:EncryptionContext:aws:sns:topicArn": `arn:aws:sns:ap-southeast-2:${accountId}:*` },
};

describe("AlertTopics", () => {
  it("encrypts the topic with a key of the stack that is rotated", async () => {
    const { only, outputs } = await plan();
    const key = only("aws:kms/key:Key");
    const topic = only("aws:sns/topic:Topic");
    expect(key.inputs).toMatchObject({ enableKeyRotation: true });
    expect(topic.inputs["kmsMasterKeyId"]).toBe(key.outputs["arn"]);
    expect(outputs["alertTopicArn"]).toBe(topic.outputs["arn"]);
    for (const { inputs, name } of [key, topic]) expect(inputs["tags"]).toEqual({ ...testTags, Name: name });
  });

  it("lets the services that publish do so, for this account", async () => {
    const { only } = await plan();
    const allowed = statements(only("aws:sns/topicPolicy:TopicPolicy").inputs["policy"]);
    expect(services(allowed)).toEqual([...publishers, ["events.amazonaws.com", undefined]]);
    expect(allowed.find(({ Sid }) => Sid === "OnlyTls")).toMatchObject({
      Effect: "Deny",
      Principal: "*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    });
  });

  it("lets the same services encrypt, and roles of the account through SNS alone", async () => {
    const { only } = await plan();
    const allowed = statements(only("aws:kms/key:Key").inputs["policy"]);
    expect(services(allowed)).toEqual([...publishers, ["events.amazonaws.com", ownTopics]]);
    expect(allowed.find(({ Sid }) => Sid === "ThroughSns")).toMatchObject({
      Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
      Condition: {
        StringEquals: { "kms:CallerAccount": accountId, "kms:ViaService": "sns.ap-southeast-2.amazonaws.com" },
      },
    });
  });

  it("subscribes each address by mail", async () => {
    const { all, only } = await plan();
    const subscriptions = all("aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs);
    const topic = only("aws:sns/topic:Topic").outputs["arn"];
    expect(subscriptions).toHaveLength(2);
    for (const endpoint of ["ops@celebrant-portal.com", "lead@celebrant-portal.com"]) {
      expect(subscriptions).toContainEqual({ topic, protocol: "email", endpoint });
    }
  });

  it.each([
    [[], "notify is empty"],
    [["a@b.au", "a@b.au"], "notify names a@b.au twice"],
  ])("refuses %j", async (notify, message) => {
    await expect(plan(notify)).rejects.toThrow(message);
  });
});
