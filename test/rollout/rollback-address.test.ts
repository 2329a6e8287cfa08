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
const lastPromote = {
  at: "2026-11-23T12:00:00.000Z",
  returnUntil: "2026-11-25T12:00:00.000Z",
  liveBefore: "green",
  imageBefore: "sha256:a",
  imageNow: null,
};

describe("parseRollbackAddress", () => {
  it("reads what the program writes", () => {
    expect(parseRollbackAddress(JSON.stringify(address))).toEqual(address);
  });

  it("reads what it says of the last promote, null where there is none to undo", () => {
    for (const promote of [lastPromote, null]) {
      const value = JSON.stringify({ ...address, lastPromote: promote });
      expect(parseRollbackAddress(value)).toEqual({ ...address, lastPromote: promote });
    }
  });

  it.each([
    ["a time that is none", { ...lastPromote, returnUntil: "tomorrow" }],
    ["another colour", { ...lastPromote, liveBefore: "red" }],
    ["half of it", { at: lastPromote.at }],
    ["another text", "promoted"],
  ])("reads the rest where the last promote cannot be read, as %s: a rollback needs no more", (_what, promote) => {
    const { lastPromote: read, ...rest } = parseRollbackAddress(JSON.stringify({ ...address, lastPromote: promote }));
    expect([read, rest]).toEqual([undefined, address]);
  });

  it("leaves out what a newer version has added, so that nobody is kept from rolling back", () => {
    const newer = { ...address, more: true, targetGroupArns: { ...address.targetGroupArns, red: "arn:red" } };
    expect(parseRollbackAddress(JSON.stringify(newer))).toEqual(address);
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
  ])("refuses %j: %s", (value) => {
    expect(() => parseRollbackAddress(value)).toThrow(TypeError);
  });

  it("says how to roll back without it", () => {
    expect(() => parseRollbackAddress("{}")).toThrow(/set candidateWeight to 0 and run npx pulumi up/);
  });
});
