import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { rules } from "../../policies/rules/index.ts";

/** The package of each provider whose resources rules look at. */
const packages: Readonly<Record<string, string>> = {
  aws: "@pulumi/aws",
  cloudflare: "@pulumi/cloudflare",
  random: "@pulumi/random",
  tls: "@pulumi/tls",
  vercel: "@pulumiverse/vercel",
};

/** `aws:lb/listenerRule:ListenerRule` is made by the SDK's file lb/listenerRule.js, which holds the token. */
function isMadeBySdk(token: string): boolean {
  const [provider = "", file = ""] = token.split(":");
  const place = `../../node_modules/${packages[provider]}/${file.replace(/^index\//, "")}.js`;
  const path = fileURLToPath(new URL(place, import.meta.url));
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
    expect(isMadeBySdk("cloudflare:index/dnsRecord:Record")).toBe(false);
  });
});

it("gives every policy a name of its own and a source", () => {
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  for (const { description } of rules)
    expect(description).toMatch(/ (must|may) .* \((AWS [^)]+|deployment guide [A-Z]\d|project rule)\)\.$/);
});
