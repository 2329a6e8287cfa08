import { describe, expect, it } from "vitest";
import { permittedActions, readPermissions } from "../../../../rehearsal/local/aws/actions.ts";
import { planned } from "../fixtures/planned-traffic.ts";

const statement = { Effect: "Allow", Action: ["ssm:GetParameter"], Resource: ["arn:latch"] };
const put = {
  Effect: "Allow",
  Action: ["cloudwatch:PutMetricData"],
  Resource: ["*"],
  Condition: { StringEquals: { "cloudwatch:namespace": "Portal" } },
};

/** A role with these statements. */
function roleWith(...statements: readonly object[]) {
  const role = planned("aws:iam/role:Role", "machine", { name: "machine-1" });
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
  const own = planned("aws:iam/rolePolicy:RolePolicy", "machine", { role: "machine-1", policy });
  const others = planned("aws:iam/rolePolicy:RolePolicy", "other", { role: "other-1", policy: "{}" });
  return readPermissions([role, own, others], "arn:machine");
}

describe("readPermissions", () => {
  it.each([
    [{ action: "ssm:GetParameter", resource: "arn:latch" }, true],
    [{ action: "ssm:GetParameter", resource: "arn:other" }, false],
    [{ action: "ssm:PutParameter", resource: "arn:latch" }, false],
    [{ action: "cloudwatch:PutMetricData", resource: "*", keys: { "cloudwatch:namespace": "Portal" } }, true],
    [{ action: "cloudwatch:PutMetricData", resource: "*", keys: { "cloudwatch:namespace": "Other" } }, false],
    [{ action: "cloudwatch:PutMetricData", resource: "*" }, false],
  ])("allows %j: %s", (asked, allowed) => {
    expect(roleWith(statement, put)(asked)).toBe(allowed);
  });

  it.each([
    [{ ...statement, Effect: "Deny" }],
    [{ ...statement, NotResource: ["*"] }],
    [{ ...statement, Condition: { Bool: {} } }],
  ])("refuses a policy that it does not know: %j", (unknown) => {
    expect(() => roleWith(unknown)).toThrow("The policy machine uses something that the rehearsal does not model");
  });

  it("refuses a role that is not planned", () => {
    expect(() => readPermissions([], "arn:machine")).toThrow("The role arn:machine is not planned.");
  });
});

describe("permittedActions", () => {
  const authorization = () => ({ permissions: roleWith(statement), parameterArn: (name: string) => `arn:${name}` });

  it("lets through what the role allows, and refuses the rest before the service sees it", () => {
    const seen: unknown[] = [];
    const answer = (parameters: unknown) => seen.push(parameters);
    const actions = permittedActions({ "ssm:getParameter": answer, "sns:publish": answer }, authorization);
    actions["ssm:getParameter"]?.({ Name: "latch" });
    expect(() => actions["ssm:getParameter"]?.({ Name: "other" })).toThrow(
      "not allowed to ssm:GetParameter on arn:other",
    );
    expect(() => actions["sns:publish"]?.({ TopicArn: "arn:alerts" })).toThrow(
      "not allowed to sns:Publish on arn:alerts",
    );
    expect(seen).toEqual([{ Name: "latch" }]);
  });

  it("refuses an action whose permission nobody named", () => {
    expect(() => permittedActions({ "ecs:updateService": () => ({}) }, authorization)).toThrow(
      "The permission for ecs:updateService is not known.",
    );
  });
});
