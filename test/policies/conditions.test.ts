import { describe, expect, it } from "vitest";
import { namesCallers, namesSource, requiresValue } from "../../policies/conditions.ts";
import type { Condition } from "../../policies/policy-documents.ts";

const account = "123456789012";

/** What each condition means is from "Condition operators" and "Global condition context keys" of the IAM user guide. */
describe("namesCallers", () => {
  it.each<Condition>([
    { StringEquals: { "aws:PrincipalAccount": account } },
    { StringEquals: { "AWS:SOURCEACCOUNT": [account, "210987654321"] } },
    { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
    { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": "o-a1b2c3d4e5/r-ab12/*" } },
    { ArnLike: { "aws:SourceArn": `arn:aws:events:*:${account}:rule/*` } },
    { ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/portal-task` } },
    { StringEquals: { "aws:SourceVpce": "vpce-0123456789abcdef0" } },
    { StringEquals: { "kms:CallerAccount": account }, Bool: { "aws:SecureTransport": "true" } },
  ])("is satisfied by %j", (condition) => expect(namesCallers(condition)).toBe(true));

  it.each<Condition>([
    {},
    { Bool: { "aws:SecureTransport": "true" } },
    { StringEqualsIfExists: { "aws:PrincipalAccount": account } },
    { ArnLikeIfExists: { "aws:SourceArn": `arn:aws:events:*:${account}:rule/*` } },
    { "ForAllValues:StringEquals": { "aws:PrincipalAccount": account } },
    { StringNotEquals: { "aws:PrincipalAccount": account } },
    { Null: { "aws:PrincipalAccount": "false" } },
    { StringLike: { "aws:PrincipalAccount": "*" } },
    { StringLike: { "aws:PrincipalOrgID": "o-*" } },
    { StringEquals: { "aws:PrincipalAccount": [account, "*"] } },
    { StringEquals: { "aws:PrincipalAccount": [] } },
    { ArnLike: { "aws:SourceArn": "*" } },
    { ArnLike: { "aws:SourceArn": "arn:aws:events:*:*:rule/*" } },
    { ArnLike: { "aws:SourceArn": "arn:aws:s3:::portal-uploads" } },
    { StringEquals: { "aws:UserAgent": "portal" } },
    { StringLike: { "aws:SourceVpce": "vpce-*" } },
    { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } },
    { StringEquals: { "aws:ResourceAccount": account } },
  ])("is not satisfied by %j", (condition) => expect(namesCallers(condition)).toBe(false));
});

describe("namesSource", () => {
  it("asks for what a service sends, and not for what a caller has", () => {
    expect(namesSource({ StringEquals: { "aws:SourceAccount": account } })).toBe(true);
    expect(namesSource({ StringEquals: { "aws:PrincipalAccount": account } })).toBe(false);
  });
});

describe("requiresValue", () => {
  const service = /^[a-z-]+\.amazonaws\.com$/;

  it("finds the key under an operator that refuses other values", () => {
    const passed = { "iam:PassedToService": "ecs-tasks.amazonaws.com" };
    expect(requiresValue({ StringEquals: passed }, "iam:PassedToService", service)).toBe(true);
    expect(requiresValue({ StringEqualsIfExists: passed }, "iam:PassedToService", service)).toBe(false);
    expect(requiresValue({ StringLike: { "iam:PassedToService": "*" } }, "iam:PassedToService", service)).toBe(false);
  });
});
