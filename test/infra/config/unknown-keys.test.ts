import { describe, expect, it } from "vitest";
import { problemsOf } from "./fixture-config.ts";

const unknown = "not a known key";

describe("an unknown key", () => {
  it("is refused at the top level, with the nearest known key", () => {
    expect(problemsOf("production", { candidateWieght: "5" })).toEqual([
      {
        key: "celebrant-portal:candidateWieght",
        value: unknown,
        rule: "did you mean candidateWeight?",
        fix: "in Pulumi.production.yaml, move the value of celebrant-portal:candidateWieght to celebrant-portal:candidateWeight, which is set already",
      },
    ]);
  });

  it("is refused where it looks like a known one, with what nobody sees written out", () => {
    expect(problemsOf("production", { '["candidate\\u200bWeight"]': "5" })).toEqual([
      {
        key: "celebrant-portal:candidate\\u200bWeight",
        value: unknown,
        rule: "did you mean candidateWeight?",
        fix: "in Pulumi.production.yaml, move the value of celebrant-portal:candidate\\u200bWeight to celebrant-portal:candidateWeight, which is set already",
      },
    ]);
    expect(problemsOf("production", { '["x\\u202ey\'"]': "5" })).toMatchObject([
      {
        key: "celebrant-portal:x\\u202ey'",
        fix: `npm run rollout -- set --stage production --remove $'["x\\u202ey\\'"]'`,
      },
    ]);
    const database = { user: "portal", "pass\u2028word": 1 };
    expect(problemsOf("production", { database }).filter(({ value }) => value === unknown)).toMatchObject([
      { key: 'celebrant-portal:database["pass\\u2028word"]' },
    ]);
  });

  it("is refused in a block", () => {
    expect(problemsOf("staging", { "database.slowQueryMillis": 5 })).toEqual([
      {
        key: "celebrant-portal:database.slowQueryMillis",
        value: unknown,
        rule: "did you mean slowQueryMilliseconds?",
        fix: "in Pulumi.staging.yaml, move the value of celebrant-portal:database.slowQueryMillis to celebrant-portal:database.slowQueryMilliseconds, which is set already",
      },
    ]);
  });

  it("is refused in a block of a block", () => {
    const restoreFrom = { sourceInstanceIdentifier: "portal-staging-1a2b3c4d", restoreTme: "x" };
    expect(problemsOf("staging", { "database.restoreFrom": restoreFrom })).toEqual([
      {
        key: "celebrant-portal:database.restoreFrom.restoreTme",
        value: unknown,
        rule: "did you mean restoreTime?",
        fix: "in Pulumi.staging.yaml, rename celebrant-portal:database.restoreFrom.restoreTme to celebrant-portal:database.restoreFrom.restoreTime",
      },
    ]);
  });

  it("is refused in an entry of a list", () => {
    expect(problemsOf("staging", { "rollout.steps[1].wieght": 25 })).toEqual([
      {
        key: "celebrant-portal:rollout.steps[1].wieght",
        value: unknown,
        rule: "did you mean weight?",
        fix: "in Pulumi.staging.yaml, move the value of celebrant-portal:rollout.steps[1].wieght to celebrant-portal:rollout.steps[1].weight, which is set already",
      },
    ]);
  });

  it("is one problem together with the missing key that it was meant to be", () => {
    const problems = problemsOf("staging", { "database.multiAz": undefined, "database.multAZ": false });
    expect(problems).toEqual([
      {
        key: "celebrant-portal:database.multAZ",
        value: unknown,
        rule: "did you mean multiAz?",
        fix: "in Pulumi.staging.yaml, rename celebrant-portal:database.multAZ to celebrant-portal:database.multiAz",
      },
    ]);
  });

  it.each([
    ["production demands", { "database.vaultRetentionDays": undefined, "database.vaultRetentionDay": 90 }],
    ["has a default", { candidateWeight: 5, images: undefined, imagse: {} }],
  ])("is one problem together with the missing key that %s", (_what, set) => {
    expect(problemsOf("production", set).map(({ value }) => value)).toEqual([unknown]);
  });

  it.each([
    { "database.multAZ": true, "database.multiAz": false },
    { "api.multiAz": true, "database.multiAz": false },
  ])("hides no problem of the right key: %j", (set) => {
    const problems = problemsOf("production", set).map(({ key, value }) => [key, value]);
    expect(problems).toHaveLength(2);
    expect(problems).toContainEqual(["celebrant-portal:database.multiAz", "false"]);
  });

  it("does not hide that the block of the right key is missing", () => {
    const problems = problemsOf("staging", { network: undefined, natGateways: "one" });
    expect(problems.map(({ key, value }) => [key, value])).toEqual([
      ["celebrant-portal:network", "missing"],
      ["celebrant-portal:natGateways", unknown],
    ]);
  });

  it("that is a known name in the wrong block is moved to the right one", () => {
    expect(problemsOf("staging", { "api.natGateways": "one" })).toEqual([
      {
        key: "celebrant-portal:api.natGateways",
        value: unknown,
        rule: "did you mean network.natGateways?",
        fix: "npm run rollout -- set --stage staging network.natGateways <value>\nnpm run rollout -- set --stage staging --remove api.natGateways",
      },
    ]);
  });

  it("that a command without --path wrote is explained", () => {
    expect(problemsOf("staging", { "celebrant-portal:database.multiAz": "true" })).toEqual([
      {
        key: "celebrant-portal:database.multiAz",
        value: unknown,
        rule: "database.multiAz is a key inside the block database",
        fix: `npm run rollout -- set --stage staging database.multiAz <value>\nnpm run rollout -- set --stage staging --remove '["database.multiAz"]'`,
      },
    ]);
  });

  it("that is near no known key gets no guess", () => {
    expect(problemsOf("staging", { "dns.registrar": "x" })).toEqual([
      {
        key: "celebrant-portal:dns.registrar",
        value: unknown,
        rule: expect.stringMatching(/^the known keys here are zone, proxied\b/),
        fix: "npm run rollout -- set --stage staging --remove dns.registrar",
      },
    ]);
  });

  it("is refused although every JavaScript object has it", () => {
    const set = { constructor: "x", "other:toString": "x", "dns.valueOf": "x" };
    expect(problemsOf("staging", set).map(({ key, rule }) => [key, rule])).toEqual([
      ["celebrant-portal:dns.valueOf", expect.stringMatching(/^the known keys here are zone, proxied\b/)],
      ["celebrant-portal:constructor", expect.stringMatching(/^the known keys here are liveColour, /)],
    ]);
  });

  it("with special characters is quoted for the shell", () => {
    const [problem] = problemsOf("staging", { 'dns["a key"]': "x" });
    expect(problem?.fix).toBe(`npm run rollout -- set --stage staging --remove 'dns["a key"]'`);
  });
});

describe("a key in another namespace", () => {
  it("is refused when it is one of this project's", () => {
    expect(problemsOf("staging", { candidateWeight: undefined, "aws:candidateWeight": "5" })).toEqual([
      {
        key: "aws:candidateWeight",
        value: unknown,
        rule: "keys of this project begin with celebrant-portal:",
        fix: "in Pulumi.staging.yaml, rename aws:candidateWeight to celebrant-portal:candidateWeight",
      },
    ]);
  });

  it("is merged into this project's key where that is set already", () => {
    expect(problemsOf("staging", { "aws:candidateWeight": "5" }).map(({ fix }) => fix)).toEqual([
      "in Pulumi.staging.yaml, move the value of aws:candidateWeight to celebrant-portal:candidateWeight, which is set already",
    ]);
  });

  it("is refused when the namespace is a misspelt project name", () => {
    expect(problemsOf("staging", { "celebrant-protal:newKey": "5" }).map(({ key }) => key)).toEqual([
      "celebrant-protal:newKey",
    ]);
  });
});
