import { describe, expect, it } from "vitest";
import { parseRollbackAddress, type RollbackAddress } from "../../rollout/rollback-address.ts";

const address: RollbackAddress = {
  version: 1,
  publicRuleArn: "arn:rule",
  targetGroupArns: { blue: "arn:blue", green: "arn:green" },
  stickiness: { enabled: false, durationSeconds: 1 },
  alertTopicArn: "arn:topic",
  liveColour: "blue",
  compositeAlarmNames: { blue: "blue-unfit", green: "green-unfit" },
  stateMachineArn: "arn:machine",
};

describe("parseRollbackAddress", () => {
  it("reads what the program writes", () => {
    expect(parseRollbackAddress(JSON.stringify(address))).toEqual(address);
  });

  it.each(Object.keys(address))("refuses an address without %s, and names it", (key) => {
    const { [key as keyof RollbackAddress]: _, ...rest } = address;
    expect(() => parseRollbackAddress(JSON.stringify(rest))).toThrow(new RegExp(`cannot be read: .*at ${key}`));
  });

  it.each([
    ["", "another text"],
    ["{", "half of one"],
    [JSON.stringify({ ...address, version: 2 }), "another version"],
    [JSON.stringify({ ...address, liveColour: "red" }), "another colour"],
    [JSON.stringify({ ...address, targetGroupArns: { blue: "arn:blue" } }), "one target group"],
    [JSON.stringify({ ...address, more: true }), "a key that nobody here knows"],
  ])("refuses %j: %s", (value) => {
    expect(() => parseRollbackAddress(value)).toThrow(TypeError);
  });

  it("says how to roll back without it", () => {
    expect(() => parseRollbackAddress("{}")).toThrow(/set candidateWeight to 0 and run npx pulumi up/);
  });
});
