import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { rules } from "../../policies/rules/index.ts";

const sdkFolder = fileURLToPath(new URL("../../node_modules/@pulumi/aws/", import.meta.url));

/** `aws:lb/listenerRule:ListenerRule` is made by the SDK's file lb/listenerRule.js, which holds the token. */
function isMadeBySdk(token: string): boolean {
  const [, file = ""] = token.split(":");
  const path = `${sdkFolder}${file}.js`;
  return existsSync(path) && readFileSync(path, "utf8").includes(`__pulumiType = '${token}'`);
}

describe("type tokens", () => {
  it.each(rules)("$name looks at types that the SDK makes", ({ tokens }) => {
    expect(tokens.length).toBeGreaterThan(0);
    expect(tokens.filter((token) => !isMadeBySdk(token))).toEqual([]);
  });

  it("is a test that sees a token of an older SDK", () => {
    expect(isMadeBySdk("aws:elasticloadbalancingv2/listenerRule:ListenerRule")).toBe(false);
    expect(isMadeBySdk("aws:lb/listenerRule:Listener")).toBe(false);
  });
});

it("gives every policy a name of its own and a source", () => {
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  for (const { description } of rules)
    expect(description).toMatch(/ (must|may) .* \((AWS [^)]+|deployment guide [A-Z]\d|project rule)\)\.$/);
});
