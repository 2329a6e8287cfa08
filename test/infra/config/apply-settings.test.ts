import { describe, expect, it } from "vitest";
import { applySettings } from "../../../infra/config/apply-settings.ts";

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

  it("makes the blocks on the way", () => {
    expect(applySettings({}, { "database.adminEndpoint.port": 5432 })).toEqual({
      "celebrant-portal:database": '{"adminEndpoint":{"port":5432}}',
    });
  });

  it("appends to a list at the place after its last entry", () => {
    const applied = applySettings(values, { "rollout.freezeWindows[0].reason": "weddings" });
    expect(JSON.parse(applied["celebrant-portal:rollout"] ?? "")).toMatchObject({
      freezeWindows: [{ reason: "weddings" }],
    });
  });

  it("takes a key out where the value is undefined", () => {
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

  it("changes nothing of what it was given", () => {
    const before = { ...values };
    applySettings(values, { candidateWeight: 25, "rollout.steps[0].weight": 6 });
    expect(values).toEqual(before);
  });

  it.each(["liveColour.inner", "rollout.steps.first", "rollout.steps[7].bake", "candidateWeight[0]"])(
    "refuses %s, which leads through no block",
    (key) => {
      expect(() => applySettings(values, { [key]: 1 })).toThrow(
        `"${key}" leads through a value that is no block or no list with that entry.`,
      );
    },
  );

  it.each(["", "a..b", "a[x]", "[", "a.", ".a"])("refuses %j, which is no path", (key) => {
    expect(() => applySettings(values, { [key]: 1 })).toThrow(
      `"${key}" is no config key. Write it like rollout.steps[1].bake.`,
    );
  });
});
