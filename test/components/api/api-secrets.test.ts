import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { ApiSecrets } from "../../../components/api/api-secrets.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";

const secretType = "aws:secretsmanager/secret:Secret";
const versionType = "aws:secretsmanager/secretVersion:SecretVersion";
const passwordType = "random:index/randomPassword:RandomPassword";

function planSecrets(destroyable: boolean, applicationSecrets: Record<string, pulumi.Input<string>> = {}) {
  return planProgram(() => {
    const secrets = new ApiSecrets(testName, { applicationSecrets, destroyable, tags: testTags });
    return { secrets: secrets.secrets };
  });
}

describe("ApiSecrets", () => {
  it("generates a SECRET_KEY of 64 letters and digits", async () => {
    const { only } = await planSecrets(false);
    expect(only(passwordType).inputs).toEqual({ length: 64, special: false });
    expect(only(versionType).inputs["secretString"]).toBe(only(passwordType).outputs["result"]);
  });

  it("never generates the key again, whatever an update changes", async () => {
    const { only } = await planSecrets(false);
    expect(only(passwordType).ignoreChanges).toEqual([
      "length",
      "special",
      "lower",
      "upper",
      "numeric",
      "overrideSpecial",
      "keepers",
    ]);
  });

  it("stores further secrets under their names and hands each to the container by ARN", async () => {
    const { all, only, outputs } = await planSecrets(false, {
      STRIPE_SECRET_KEY: pulumi.secret("sk_test"),
      MAPS_TOKEN: "maps",
    });
    expect(all(secretType).map(({ name }) => name)).toEqual([
      "portal-production-maps-token",
      "portal-production-secret-key",
      "portal-production-stripe-secret-key",
    ]);
    expect(outputs["secrets"]).toEqual([
      { name: "MAPS_TOKEN", valueFrom: only(secretType, "portal-production-maps-token").outputs["arn"] },
      { name: "SECRET_KEY", valueFrom: only(secretType, "portal-production-secret-key").outputs["arn"] },
      { name: "STRIPE_SECRET_KEY", valueFrom: only(secretType, "portal-production-stripe-secret-key").outputs["arn"] },
    ]);
    expect(only(versionType, "portal-production-stripe-secret-key").inputs).toEqual({
      secretId: only(secretType, "portal-production-stripe-secret-key").id,
      secretString: "sk_test",
    });
  });

  it.each([
    { destroyable: false, recoveryWindowInDays: 30, protectedTypes: [passwordType, secretType] },
    { destroyable: true, recoveryWindowInDays: 0, protectedTypes: [] },
  ])("recovers for $recoveryWindowInDays days where destroyable is $destroyable", async (expected) => {
    const { all, resources } = await planSecrets(expected.destroyable, { MAPS_TOKEN: "maps" });
    expect(all(secretType).map(({ inputs }) => inputs["recoveryWindowInDays"])).toEqual([
      expected.recoveryWindowInDays,
      expected.recoveryWindowInDays,
    ]);
    const protectedResources = resources.filter(({ protect }) => protect);
    expect(protectedResources.map(({ type }) => type).sort()).toEqual([...expected.protectedTypes].sort());
    expect(protectedResources.every(({ name }) => name === "portal-production-secret-key")).toBe(true);
  });

  it("refuses a SECRET_KEY given from outside", async () => {
    await expect(planSecrets(false, { SECRET_KEY: "mine" })).rejects.toThrow(
      "applicationSecrets names SECRET_KEY, which is generated here and stays the same for the life of the stack. Remove it: pulumi config rm --path applicationSecrets.SECRET_KEY",
    );
  });
});
