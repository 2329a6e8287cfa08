import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatKeyPath, isSamePath, isWithin, parseKeyPath, valueAt } from "../../../infra/config/config-keys.ts";

describe("a key path", () => {
  it.each([
    [["candidateWeight"], "candidateWeight"],
    [["rollout", "steps", 1, "bake"], "rollout.steps[1].bake"],
    [["dns", "a key", "b"], 'dns["a key"].b'],
  ] as const)("%j is written %s", (path, text) => {
    expect(formatKeyPath(path)).toBe(text);
    expect(parseKeyPath(text)).toEqual(path);
  });

  it("is read back as it was written, whatever the keys", () => {
    const part = fc.oneof(fc.string({ minLength: 1 }), fc.nat({ max: 99 }));
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (path) => {
        expect(parseKeyPath(formatKeyPath(path))).toEqual(path);
      }),
    );
  });

  it("is within itself and within each path that it begins with", () => {
    expect(isWithin(["a", 1], ["a"])).toBe(true);
    expect(isWithin(["a"], ["a"])).toBe(true);
    expect(isWithin(["a"], ["a", 1])).toBe(false);
    expect(isWithin(["ab"], ["a"])).toBe(false);
    expect([isSamePath(["a"], ["a"]), isSamePath(["a", 1], ["a"])]).toEqual([true, false]);
  });

  it("finds a value, or undefined", () => {
    const config = { rollout: { steps: [{ weight: 5 }] }, empty: null };
    expect(valueAt(config, ["rollout", "steps", 0, "weight"])).toBe(5);
    expect(valueAt(config, ["rollout", "steps", 3, "weight"])).toBeUndefined();
    expect(valueAt(config, ["empty", "inside"])).toBeUndefined();
    expect(valueAt(config, ["toString"])).toBeUndefined();
  });
});
