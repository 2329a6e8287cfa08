import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { applySettings, editSettings } from "../../../infra/config/apply-settings.ts";
import { readStageConfig, warnOfUnjudgedSecrets } from "../../../infra/config/read-stage-config.ts";
import { providerCredentials, secretConfigKeys } from "../../../infra/config/secrets.ts";
import { readStackFile } from "../../../infra/config/stack-file.ts";
import { fixtureFolder, projectFolder } from "../../support/stack-files.ts";
import { refusal } from "./fixture-config.ts";

const secret = "hunter2-hunter2";
const applicationSecrets = "celebrant-portal:applicationSecrets";
const stage = { stack: "staging", project: "celebrant-portal" } as const;
const file = readStackFile(fixtureFolder, "staging");
const { values } = file;

function read(set: Readonly<Record<string, unknown>>, secretKeys?: readonly string[]) {
  return readStageConfig({
    ...stage,
    values: applySettings(values, set),
    secretKeys,
  });
}

describe("secrets", () => {
  it("are read where they are encrypted", () => {
    const config = read({ "applicationSecrets.STRIPE_SECRET_KEY": secret }, ["celebrant-portal:applicationSecrets"]);
    expect(config.applicationSecrets).toEqual({ STRIPE_SECRET_KEY: secret });
  });

  it("are refused in plain text", () => {
    expect(refusal(() => read({ "applicationSecrets.STRIPE_SECRET_KEY": secret }, [])).problems).toEqual([
      {
        key: "celebrant-portal:applicationSecrets.STRIPE_SECRET_KEY",
        value: "[secret]",
        rule: "must be encrypted: everybody who can read the repository can read this file. Replace the secret at its provider if it was pushed",
        fix: "npm run rollout -- set --stage staging --secret applicationSecrets.STRIPE_SECRET_KEY",
      },
    ]);
  });

  it("are refused in plain text beside an encrypted one, though the engine cannot tell them apart", () => {
    const secrets = { STRIPE_SECRET_KEY: secret, MAIL_KEY: { secure: "AAA" }, MAPS_KEY: { secure: "BBB" } };
    const stackFile = editSettings(file, { applicationSecrets: secrets });
    const fromEngine = {
      ...applySettings(values, { applicationSecrets: { STRIPE_SECRET_KEY: secret, MAIL_KEY: "m", MAPS_KEY: "n" } }),
    };
    const offline = { ...stage, values: stackFile.values, stackFile };
    const underEngine = { ...stage, values: fromEngine, secretKeys: [applicationSecrets], stackFile };
    for (const input of [offline, underEngine]) {
      const error = refusal(() => readStageConfig(input));
      expect(error.problems.map(({ key, value }) => [key, value])).toEqual([
        [`${applicationSecrets}.STRIPE_SECRET_KEY`, "[secret]"],
      ]);
      expect(error.message).not.toContain(secret);
    }
  });

  it.each([
    ["each by itself", { applicationSecrets: { MAIL_KEY: { secure: "AAA" }, MAPS_KEY: { secure: "BBB" } } }],
    ["all at once", { applicationSecrets: { secure: "AAA" } }],
  ])("are accepted where the file encrypts %s", (_how, set) => {
    const input = {
      ...stage,
      values: applySettings(values, { applicationSecrets: { MAIL_KEY: "m", MAPS_KEY: "n" } }),
      secretKeys: [applicationSecrets],
      stackFile: editSettings(file, set),
    };
    const config = readStageConfig(input);
    expect(config.applicationSecrets).toEqual({ MAIL_KEY: "m", MAPS_KEY: "n" });
    expect(warnOfUnjudgedSecrets(input, config)).toBeUndefined();
  });

  it.each([
    ["no file is at hand", undefined, "Pulumi.staging.yaml cannot be read from the project folder."],
    [
      "the file at hand is another one",
      editSettings(file, { "applicationSecrets.OTHER_KEY": { secure: "AAA" } }),
      "Pulumi.staging.yaml in the project folder does not hold them, so Pulumi read another file.",
    ],
  ])("are accepted with a warning where %s and the engine knows only the key", (_case, stackFile, why) => {
    const input = {
      ...stage,
      values: applySettings(values, { applicationSecrets: { MAIL_KEY: "m", MAPS_KEY: "n" } }),
      secretKeys: [applicationSecrets],
      stackFile,
    };
    expect(warnOfUnjudgedSecrets(input, readStageConfig(input))).toBe(
      `It was not checked whether these application secrets are encrypted: MAIL_KEY and MAPS_KEY. ${why} Check that the stack file has "secure:" for each of them. To encrypt one, run npm run rollout -- set --stage staging --secret applicationSecrets.<name>.`,
    );
  });

  it("need no warning where there are none", () => {
    const input = { ...stage, values, secretKeys: [], stackFile: undefined };
    expect(warnOfUnjudgedSecrets(input, readStageConfig(input))).toBeUndefined();
  });

  it("that providers log in with are refused in plain text, too", () => {
    const set = Object.fromEntries(providerCredentials.map((key) => [key, secret]));
    const error = refusal(() => read(set, []));
    expect(error.problems.map(({ key }) => key).toSorted()).toEqual(providerCredentials);
    expect(new Set(error.problems.map(({ value }) => value))).toEqual(new Set(["[secret]"]));
    expect(error.problems.at(-1)?.fix).toBe("npm run rollout -- set --stage staging --secret vercel:apiToken");
    const readOnes = Object.fromEntries(["cloudflare:apiToken", "vercel:apiToken"].map((key) => [key, secret]));
    expect(() => read(readOnes, Object.keys(readOnes))).not.toThrow();
    expect(() => read({ "vercel:team": "team_1", "cloudflare:email": "a@example.com" }, [])).not.toThrow();
  });

  it("of the rollback's machine are refused in plain text and shown nowhere", () => {
    const key = "celebrant-portal:frontendToken";
    const error = refusal(() => read({ frontendToken: secret }, []));
    expect(error.problems.map((problem) => [problem.key, problem.value, problem.fix])).toEqual([
      [key, "[secret]", "npm run rollout -- set --stage staging --secret frontendToken"],
    ]);
    expect(error.message).not.toContain(secret);
    expect(read({ frontendToken: secret }, [key]).frontendToken).toBe(secret);
  });

  it("of providers are those that the providers' packages mark as secret", () => {
    const packages = { aws: "@pulumi/aws", cloudflare: "@pulumi/cloudflare", postgresql: "@pulumi/postgresql" };
    const marked = Object.entries({ ...packages, vercel: "@pulumiverse/vercel" }).flatMap(([namespace, name]) => {
      const code = readFileSync(join(projectFolder, "node_modules", name, "provider.js"), "utf8");
      const list = /additionalSecretOutputs: (\[[^\]]*\])/.exec(code)?.[1] ?? "none";
      return (JSON.parse(list) as string[]).map((property) => `${namespace}:${property}`);
    });
    expect(marked).toEqual(providerCredentials);
  });

  it("with a wrong name are reported by the name alone", () => {
    const error = refusal(() => read({ "applicationSecrets.stripeKey": secret }));
    expect(error.problems).toEqual([
      {
        key: "celebrant-portal:applicationSecrets.stripeKey",
        value: "[secret]",
        rule: "its name must be an environment variable name such as STRIPE_SECRET_KEY",
        fix: "in Pulumi.staging.yaml, rename celebrant-portal:applicationSecrets.stripeKey to celebrant-portal:applicationSecrets.STRIPE_KEY",
      },
    ]);
  });

  it("are removed where they are not a block, and not shown", () => {
    expect(refusal(() => read({ applicationSecrets: secret })).problems).toEqual([
      {
        key: "celebrant-portal:applicationSecrets",
        value: "[secret]",
        rule: "must be a block of secrets, each under an environment variable name such as STRIPE_SECRET_KEY",
        fix: "npm run rollout -- set --stage staging --remove applicationSecrets",
      },
    ]);
  });

  it("that are empty are set by a command that keeps them out of the shell's history", () => {
    const error = refusal(() => read({ "applicationSecrets.STRIPE_SECRET_KEY": "" }));
    expect(error.problems.map(({ value, rule, fix }) => [value, rule, fix])).toEqual([
      [
        "[secret]",
        "must be a secret that is not empty",
        "npm run rollout -- set --stage staging --secret applicationSecrets.STRIPE_SECRET_KEY",
      ],
    ]);
  });

  it.each([
    ["the whole block is text", { applicationSecrets: secret }, []],
    ["the block is a list", { applicationSecrets: [secret] }, []],
    ["a secret is a block", { "applicationSecrets.STRIPE": { key: secret } }, []],
    ["a secret is a number", { "applicationSecrets.STRIPE": 12345678901 }, []],
    ["the block's name is misspelt", { applicationSecret: { STRIPE: secret } }, []],
    ["it stands in another block under an unknown key", { "api.stripeSecretKey": secret }, []],
    ["it is a password in a URL", { "api.allowedOrigins": [`https://portal:${secret}@example.com`] }, []],
    ["it is such a password with an @", { "hosts.api": `postgresql://portal:p@${secret}/1@db:5432/portal` }, []],
    ["it stands in another namespace", { "aws:applicationSecrets": { STRIPE: secret } }, []],
    ["another key holds it, encrypted", { liveColour: secret }, ["celebrant-portal:liveColour"]],
    ["another key inside a block holds it, encrypted", { "hosts.api": secret }, ["celebrant-portal:hosts"]],
    ["it could be taken for the value that was meant", { "api.minTasks": "12345678901" }, ["celebrant-portal:api"]],
  ] as const)("are not echoed when %s", (_case, set, secretKeys) => {
    const error = refusal(() => read(set, secretKeys));
    expect(error.message).not.toContain(secret);
    expect(error.message).not.toContain("12345678901");
    expect(JSON.stringify(error.problems)).not.toContain(secret);
  });
});

describe("a setting that is no secret", () => {
  it.each([
    ["candidateWeight", { candidateWeight: 0 }],
    ["rollout", {}],
    ["alerts", {}],
  ] as const)("is read by whoever reviews it: %s is refused where it is encrypted", (name, set) => {
    const key = `celebrant-portal:${name}`;
    expect(refusal(() => read(set, [key])).problems).toEqual([
      {
        key,
        value: "[secret]",
        rule: "must not be encrypted, nor anything inside it: whoever reviews the file and npm run plan have to read it. Only applicationSecrets and frontendToken are secret",
        fix: `in Pulumi.staging.yaml, write the value of ${key} in plain text`,
      },
    ]);
  });
});

describe("secretConfigKeys", () => {
  it("reads the list that the engine gives the program", () => {
    const environment = { PULUMI_CONFIG_SECRET_KEYS: '["celebrant-portal:applicationSecrets"]' };
    expect(secretConfigKeys(environment)).toEqual(["celebrant-portal:applicationSecrets"]);
    expect(secretConfigKeys({ PULUMI_CONFIG_SECRET_KEYS: "[]" })).toEqual([]);
  });

  it("knows of no list where there is no engine", () => {
    expect(secretConfigKeys({})).toBeUndefined();
    expect(secretConfigKeys({ PULUMI_CONFIG_SECRET_KEYS: "" })).toBeUndefined();
  });
});
