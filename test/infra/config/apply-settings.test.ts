import { describe, expect, it } from "vitest";
import { applySettings, editSettings } from "../../../infra/config/apply-settings.ts";

const values = {
  "celebrant-portal:liveColour": "blue",
  "celebrant-portal:candidateWeight": "0",
  "celebrant-portal:rollout": '{"steps":[{"weight":5,"bake":"2h"},{"weight":100,"bake":"48h"}],"freezeWindows":[]}',
};

describe("applySettings", () => {
  it("replaces top-level values, text bare and the rest as JSON", () => {
    const set = { liveColour: "green", candidateWeight: 25, images: { blue: "x" } };
    expect(applySettings(values, set)).toEqual({
      ...values,
      "celebrant-portal:liveColour": "green",
      "celebrant-portal:candidateWeight": "25",
      "celebrant-portal:images": '{"blue":"x"}',
    });
  });

  it("replaces values inside blocks and lists, and leaves their neighbours", () => {
    const set = { "rollout.freezeWindows": [1], "rollout.steps[1].bake": "1h", "images.green": "x" };
    const applied = applySettings(values, set);
    expect(JSON.parse(applied["celebrant-portal:rollout"] ?? "")).toEqual({
      steps: [
        { weight: 5, bake: "2h" },
        { weight: 100, bake: "1h" },
      ],
      freezeWindows: [1],
    });
    expect(applied["celebrant-portal:images"]).toBe('{"green":"x"}');
  });

  it("creates missing blocks", () => {
    expect(applySettings({}, { "database.restoreFrom.snapshotIdentifier": "copy" })).toEqual({
      "celebrant-portal:database": '{"restoreFrom":{"snapshotIdentifier":"copy"}}',
    });
  });

  it("appends to a list at the place after its last entry", () => {
    const applied = applySettings(values, { "rollout.freezeWindows[0].reason": "weddings" });
    expect(JSON.parse(applied["celebrant-portal:rollout"] ?? "")).toMatchObject({
      freezeWindows: [{ reason: "weddings" }],
    });
  });

  it("removes a key whose value is undefined", () => {
    const applied = applySettings(values, {
      liveColour: undefined,
      "rollout.steps[0]": undefined,
      "rollout.freezeWindows": undefined,
    });
    expect(Object.keys(applied)).toEqual(["celebrant-portal:candidateWeight", "celebrant-portal:rollout"]);
    expect(JSON.parse(applied["celebrant-portal:rollout"] ?? "")).toEqual({ steps: [{ weight: 100, bake: "48h" }] });
  });

  it("takes a key with a colon as it is", () => {
    expect(applySettings({}, { "aws:region": "us-east-1" })).toEqual({ "aws:region": "us-east-1" });
  });

  it("does not change its input", () => {
    const before = { ...values };
    applySettings(values, { candidateWeight: 25, "rollout.steps[0].weight": 6 });
    expect(values).toEqual(before);
  });

  it.each(["liveColour.inner", "rollout.steps.first", "rollout.steps[7].bake", "candidateWeight[0]"])(
    "refuses %s, which leads through a value that is not a block",
    (key) => {
      expect(() => applySettings(values, { [key]: 1 })).toThrow(
        `"${key}" cannot be set: it leads through a value that is not a block, or not a list with that entry.`,
      );
    },
  );

  it.each(["", "a..b", "a[x]", "[", "a.", ".a"])("refuses %j, which is not a path", (key) => {
    expect(() => applySettings(values, { [key]: 1 })).toThrow(
      `"${key}" is not a config key. Write it like rollout.steps[1].bake.`,
    );
  });
});

describe("a list that is not there", () => {
  it("begins with its first entry, and with no other", () => {
    const set = { "taskSecrets.migrate[0]": "SECRET_KEY", "acceptedFindings[0].finding": "CVE-1" };
    expect(applySettings({}, set)).toEqual({
      "celebrant-portal:taskSecrets": '{"migrate":["SECRET_KEY"]}',
      "celebrant-portal:acceptedFindings": '[{"finding":"CVE-1"}]',
    });
    expect(() => applySettings({}, { "acceptedFindings[1]": "x" })).toThrow("not a list with that entry");
  });
});

describe("editSettings", () => {
  const file = {
    values: { "celebrant-portal:applicationSecrets": '{"MAIL_KEY":"[secret 1]","MAPS_KEY":"[secret 2]"}' },
    encryptedPaths: [
      ["celebrant-portal:applicationSecrets", "MAIL_KEY"],
      ["celebrant-portal:applicationSecrets", "MAPS_KEY"],
    ],
  };
  const secrets = (set: Readonly<Record<string, unknown>>) => {
    const { values, encryptedPaths } = editSettings(file, set);
    const read: Record<string, string> = JSON.parse(values["celebrant-portal:applicationSecrets"] ?? "{}");
    return { values: read, encrypted: encryptedPaths.map((path) => path.slice(1)) };
  };

  it("counts a replaced secret as plain text, unless it is given encrypted", () => {
    expect(secrets({ "applicationSecrets.MAIL_KEY": "m" })).toEqual({
      values: { MAIL_KEY: "m", MAPS_KEY: "[secret 2]" },
      encrypted: [["MAPS_KEY"]],
    });
    const { values, encrypted } = secrets({ "applicationSecrets.MAIL_KEY": { secure: "AAA" } });
    expect(values).toEqual({ MAIL_KEY: expect.stringMatching(/^\[secret [0-9a-f]{8}\]$/), MAPS_KEY: "[secret 2]" });
    expect(encrypted).toEqual([["MAPS_KEY"], ["MAIL_KEY"]]);
  });

  it("applies settings in order, and forgets the secrets of a block that is replaced or removed", () => {
    const set = { applicationSecrets: { STRIPE: { secure: "AAA" } }, "applicationSecrets.STRIPE": "s" };
    expect(secrets(set)).toEqual({ values: { STRIPE: "s" }, encrypted: [] });
    expect(secrets({ applicationSecrets: undefined })).toEqual({ values: {}, encrypted: [] });
  });
});
