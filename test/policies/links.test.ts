import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { isSet, known, mentions, refersTo } from "../../policies/links.ts";
import type { Member } from "../../policies/rule.ts";

/** What the policy server wraps properties in; the package's types leave it out. */
const { unknownCheckingProxy }: { unknownCheckingProxy: <T extends object>(props: T) => T } = createRequire(
  import.meta.url,
)("@pulumi/policy/proxy.js");

const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function member<Props extends object>(name: string, props: Props, madeFrom: Record<string, Member<object>[]> = {}) {
  return {
    type: "aws:s3/bucket:Bucket",
    name,
    urn: `urn:${name}`,
    props: unknownCheckingProxy(props),
    propertyDependencies: madeFrom,
  } as unknown as Member<Props>;
}

describe("known", () => {
  it("gives a value, and undefined for one that a preview does not know", () => {
    const props = unknownCheckingProxy({ given: "portal", later: unknownText });
    expect(known(() => props.given)).toBe("portal");
    expect(known(() => props.later)).toBeUndefined();
  });

  it("hides no other error", () => {
    expect(() =>
      known(() => {
        throw new TypeError("a mistake in the rule");
      }),
    ).toThrow("a mistake in the rule");
  });
});

describe("isSet", () => {
  it("takes what a preview does not know yet for set, and an empty answer for not", () => {
    const props: { [name: string]: unknown } = unknownCheckingProxy({
      later: unknownText,
      given: "a",
      empty: "",
      none: null,
    });
    expect(["later", "given", "empty", "none", "absent"].map((name) => isSet(() => props[name]))).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});

describe("mentions", () => {
  it("sees a name anywhere inside a property, and what an unknown one was made from", () => {
    const group = member("group", { id: "sg-1" });
    const inside = { network: { subnets: ["subnet-1"], groups: ["sg-1"] } };
    expect(mentions(member("service", inside), "network", group)).toBe(true);
    expect(mentions(member("service", { network: { groups: ["sg-10"] } }), "network", group)).toBe(false);
    const later = { network: { subnets: [unknownText], groups: [unknownText] } };
    expect(mentions(member("service", later), "network", group)).toBe(false);
    expect(mentions(member("service", later, { network: [group] }), "network", group)).toBe(true);
  });
});

describe("refersTo", () => {
  const bucket = member("uploads", { id: "portal-1", arn: "arn:aws:s3:::portal-1", name: "" });

  it.each([
    ["its id", "portal-1", true],
    ["its ARN", "arn:aws:s3:::portal-1", true],
    ["a list with its id", ["other", "portal-1"], true],
    ["another's id", "portal-10", false],
    ["nothing, like its empty name", "", false],
    ["nothing yet", unknownText, false],
  ])("sees %s", (_label, value, expected) => {
    expect(refersTo(member("policy", { bucket: value }), "bucket", bucket)).toBe(expected);
  });

  it("does not take two values that nobody knows yet for the same", () => {
    const later = member("uploads", { id: unknownText });
    expect(refersTo(member("policy", { bucket: unknownText }), "bucket", later)).toBe(false);
  });

  it("sees what an unknown value was made from", () => {
    const later = member("uploads", { id: unknownText });
    expect(refersTo(member("policy", { bucket: unknownText }, { bucket: [later] }), "bucket", later)).toBe(true);
  });
});
