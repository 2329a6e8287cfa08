import { describe, expect, it } from "vitest";
import { isInGrace, nextRotationStep, signingKeysText } from "../../rollout/signing-keys.ts";

describe("a rotation of the signing key", () => {
  it("is three updates, after which the next one can begin", () => {
    const prepared = nextRotationStep();
    expect(prepared).toEqual({ step: "prepare", keys: { current: 1, alsoAccepted: 2 } });
    const switched = nextRotationStep(prepared.keys);
    expect(switched).toEqual({ step: "switch", keys: { current: 2, alsoAccepted: 1 } });
    const ended = nextRotationStep(switched.keys);
    expect(ended).toEqual({ step: "end grace", keys: { current: 2, alsoAccepted: null } });
    expect(nextRotationStep(ended.keys)).toEqual({ step: "prepare", keys: { current: 2, alsoAccepted: 3 } });
  });

  it("is in its grace while the key before is accepted", () => {
    expect(isInGrace({ current: 2, alsoAccepted: 1 })).toBe(true);
    expect(isInGrace({ current: 1, alsoAccepted: 2 })).toBe(false);
    expect(isInGrace({ current: 1, alsoAccepted: null })).toBe(false);
  });

  it("has no grace for a key that is named twice, and names it once next", () => {
    const twice = { current: 2, alsoAccepted: 2 };
    expect(isInGrace(twice)).toBe(false);
    expect(nextRotationStep(twice)).toEqual({ step: "end grace", keys: { current: 2, alsoAccepted: null } });
  });
});

it("names the keys as the stack file does", () => {
  expect(signingKeysText({ current: 2, alsoAccepted: 1 })).toBe("signingKey 2 and alsoAcceptedSigningKey 1");
  expect(signingKeysText({ current: 2, alsoAccepted: null })).toBe("signingKey 2 without alsoAcceptedSigningKey");
});
