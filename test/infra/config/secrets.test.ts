import { describe, expect, it } from "vitest";
import { readStageConfig } from "../../../infra/config/read-stage-config.ts";
import { applySettings, readStackFile } from "../../../infra/config/stack-file.ts";
import { projectFolder, refusal } from "./committed.ts";

const secret = "hunter2-hunter2";
const { values } = readStackFile(projectFolder, "staging");

function read(set: Readonly<Record<string, unknown>>, secretKeys?: readonly string[]) {
  return readStageConfig({
    stack: "staging",
    project: "celebrant-portal",
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
        rule: "encrypted: what stands in the stack file is for every reader of the repository",
        fix: "pulumi config set --stack staging --secret --path applicationSecrets.STRIPE_SECRET_KEY",
      },
    ]);
  });

  it("are accepted as they are where nobody knows which are encrypted", () => {
    expect(read({ "applicationSecrets.STRIPE_SECRET_KEY": secret }).applicationSecrets).toEqual({
      STRIPE_SECRET_KEY: secret,
    });
  });

  it("of a wrong name are told by the name alone", () => {
    const error = refusal(() => read({ "applicationSecrets.stripeKey": secret }));
    expect(error.problems).toEqual([
      {
        key: "celebrant-portal:applicationSecrets.stripeKey",
        value: "[secret]",
        rule: "its name must be an environment variable name such as STRIPE_SECRET_KEY",
        fix: "in Pulumi.staging.yaml, rename celebrant-portal:applicationSecrets.stripeKey to STRIPE_KEY",
      },
    ]);
  });

  it("that are empty are asked for by a command that keeps them out of the shell's history", () => {
    const error = refusal(() => read({ "applicationSecrets.STRIPE_SECRET_KEY": "" }));
    expect(error.problems.map(({ value, rule, fix }) => [value, rule, fix])).toEqual([
      [
        "[secret]",
        "a secret that is not empty",
        "pulumi config set --stack staging --secret --path applicationSecrets.STRIPE_SECRET_KEY",
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
