import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readSettings } from "../../../infra/config/problems/provider-keys.ts";
import { projectFolder } from "../../support/stack-files.ts";
import { problemsOf } from "./fixture-config.ts";

/** The settings that a provider's package declares for a stack's config. */
function declared(name: string): readonly string[] {
  const code = readFileSync(join(projectFolder, "node_modules", name, "config/vars.d.ts"), "utf8");
  return [...code.matchAll(/^export declare const (\w+):/gm)].map(([, setting]) => setting ?? "");
}

describe("a provider's setting that nothing would read", () => {
  it("is refused with its value and with what is read instead", () => {
    expect(problemsOf("production", { "aws:region": "us-east-1" })).toEqual([
      {
        key: "aws:region",
        value: '"us-east-1"',
        rule: "must not be set: the program creates its own aws provider, which ignores it",
        fix: "in Pulumi.production.yaml, remove aws:region; the region is celebrant-portal:aws.region",
      },
    ]);
  });

  it.each(["@pulumi/aws", "@pulumi/postgresql"])("is each setting of %s", (name) => {
    const namespace = name.replace("@pulumi/", "");
    const keys = declared(name).map((setting) => `${namespace}:${setting}`);
    expect(keys.length).toBeGreaterThan(15);
    const problems = problemsOf("staging", Object.fromEntries(keys.map((key) => [key, "x"])));
    expect(problems.map(({ key }) => key)).toEqual(keys);
    expect(problems.every(({ rule }) => rule.startsWith("must not be set: the program creates its own"))).toBe(true);
  });

  it("is told with every other problem at once", () => {
    const set = { candidateWeight: 7, "aws:profile": "old", "postgresql:host": "db", "cloudflare:zone": "x" };
    expect(problemsOf("staging", set).map(({ key, value }) => [key, value])).toEqual([
      ["celebrant-portal:candidateWeight", "7"],
      ["aws:profile", '"old"'],
      ["postgresql:host", '"db"'],
      ["cloudflare:zone", "[secret]"],
    ]);
  });

  it("shows no credential, and says how to log in", () => {
    expect(problemsOf("staging", { "aws:secretKey": { secure: "AAA" } })).toEqual([
      {
        key: "aws:secretKey",
        value: "[secret]",
        rule: "must not be set: the program creates its own aws provider, which ignores it. Replace the secret if the file was pushed with it in plain text",
        fix: "in Pulumi.staging.yaml, remove aws:secretKey; AWS credentials come from the environment, such as AWS_PROFILE",
      },
    ]);
  });
});

describe("a setting of a provider that the program does not create", () => {
  it.each([
    ["cloudflare", "@pulumi/cloudflare"],
    ["vercel", "@pulumiverse/vercel"],
  ])("is accepted where the package of %s declares it", (namespace, name) => {
    expect(readSettings[namespace]).toEqual(declared(name));
    const settings = declared(name).map((setting) => [`${namespace}:${setting}`, { secure: "AAA" }]);
    expect(problemsOf("staging", Object.fromEntries(settings))).toEqual([]);
  });

  it("is refused where no package declares it", () => {
    expect(problemsOf("staging", { "vercel:teem": "x" })).toMatchObject([
      { key: "vercel:teem", rule: "must not be set: the vercel provider ignores it. It reads apiToken and team" },
    ]);
  });
});
