import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { ApiSecrets, type SecretVersionArgs } from "../../../components/api/api-secrets.ts";
import { firstSigningKeys, type SigningKeys } from "../../../rollout/signing-keys.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";

const secretType = "aws:secretsmanager/secret:Secret";
const versionType = "aws:secretsmanager/secretVersion:SecretVersion";
const passwordType = "random:index/randomPassword:RandomPassword";

function planSecrets(
  destroyable: boolean,
  applicationSecrets: readonly SecretVersionArgs[] = [],
  signingKeys: SigningKeys = firstSigningKeys,
  pinned = true,
) {
  return planProgram(() => {
    const args = { applicationSecrets, signingKeys, pinned, destroyable, tags: testTags };
    const secrets = new ApiSecrets(testName, args);
    return { secrets: [...secrets.versions, ...secrets.signingKeys] };
  });
}

function first(name: string, value: pulumi.Input<string>): SecretVersionArgs {
  return { name, version: 1, value, keepsValue: false };
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

  it("stores further secrets under their names and hands each to the container by ARN and version", async () => {
    const { all, only, outputs } = await planSecrets(false, [
      first("STRIPE_SECRET_KEY", pulumi.secret("sk_test")),
      first("MAPS_TOKEN", "maps"),
    ]);
    expect(
      all(secretType)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["portal-production-maps-token", "portal-production-secret-key", "portal-production-stripe-secret-key"]);
    const stored = (name: string) => {
      const { arn } = only(secretType, name).outputs;
      return { arn, valueFrom: `${arn}:::${only(versionType, name).outputs["versionId"]}` };
    };
    expect(outputs["secrets"]).toEqual([
      { name: "STRIPE_SECRET_KEY", version: 1, ...stored("portal-production-stripe-secret-key") },
      { name: "MAPS_TOKEN", version: 1, ...stored("portal-production-maps-token") },
      { name: "SECRET_KEY", ...stored("portal-production-secret-key") },
    ]);
    expect(only(versionType, "portal-production-stripe-secret-key").inputs).toEqual({
      secretId: only(secretType, "portal-production-stripe-secret-key").id,
      secretString: "sk_test",
    });
  });

  it("makes each version a secret of its own, and leaves the value of one alone that the config no longer has", async () => {
    const { only } = await planSecrets(false, [
      { name: "MAPS_TOKEN", version: 1, value: undefined, keepsValue: true },
      { name: "MAPS_TOKEN", version: 2, value: "new", keepsValue: false },
    ]);
    const old = only(versionType, "portal-production-maps-token");
    expect(old.inputs).toEqual({ secretId: only(secretType, "portal-production-maps-token").id });
    expect(old.ignoreChanges).toEqual(["secretString"]);
    const fresh = only(versionType, "portal-production-maps-token.2");
    expect(fresh.inputs).toEqual({
      secretId: only(secretType, "portal-production-maps-token.2").id,
      secretString: "new",
    });
    expect(fresh.ignoreChanges).toEqual([]);
  });

  it("names no version on a stack whose tasks name none yet", async () => {
    const { only, outputs } = await planSecrets(false, [first("MAPS_TOKEN", "maps")], firstSigningKeys, false);
    const { arn } = only(secretType, "portal-production-maps-token").outputs;
    expect(outputs["secrets"]).toMatchObject([{ name: "MAPS_TOKEN", valueFrom: arn }, { name: "SECRET_KEY" }]);
  });

  it.each([
    { destroyable: false, recoveryWindowInDays: 30, protectedTypes: [passwordType, secretType] },
    { destroyable: true, recoveryWindowInDays: 0, protectedTypes: [] },
  ])("recovers for $recoveryWindowInDays days where destroyable is $destroyable", async (expected) => {
    const { all, resources } = await planSecrets(expected.destroyable, [first("MAPS_TOKEN", "maps")]);
    expect(all(secretType).map(({ inputs }) => inputs["recoveryWindowInDays"])).toEqual([
      expected.recoveryWindowInDays,
      expected.recoveryWindowInDays,
    ]);
    const protectedResources = resources.filter(({ protect }) => protect);
    expect(protectedResources.map(({ type }) => type).sort()).toEqual([...expected.protectedTypes].sort());
    expect(protectedResources.every(({ name }) => name === "portal-production-secret-key")).toBe(true);
  });

  it.each(["SECRET_KEY", "SECRET_KEY_ALSO_ACCEPTED"])("refuses a %s given from outside", async (name) => {
    await expect(planSecrets(false, [first(name, "mine")])).rejects.toThrow(
      `applicationSecrets names ${name}, which is generated here. Remove it: npm run rollout -- set --stage <stage> --remove applicationSecrets.${name}`,
    );
  });

  /** Each generated key as it is planned: its resources' name, and whether Pulumi refuses to delete them. */
  async function plannedKeys(keys: SigningKeys) {
    const { all, only, outputs } = await planSecrets(false, [first("MAPS_TOKEN", "maps")], keys);
    const given = outputs["secrets"] as readonly { name: string; arn: string }[];
    return {
      keys: all(passwordType).map(({ name, protect }) => [name, protect, only(secretType, name).protect]),
      values: all(passwordType).map(
        ({ name, outputs }) => only(versionType, name).inputs["secretString"] === outputs["result"],
      ),
      given: given.map(({ name, arn }) => [name, all(secretType).find(({ outputs }) => outputs["arn"] === arn)?.name]),
    };
  }

  it("keeps the first key's names through a rotation, and protects the key that signs", async () => {
    const first = ["portal-production-secret-key", "portal-production-secret-key.2"];
    expect(await plannedKeys({ current: 1, alsoAccepted: 2 })).toEqual({
      keys: [
        [first[0], true, true],
        [first[1], false, false],
      ],
      values: [true, true],
      given: [
        ["MAPS_TOKEN", "portal-production-maps-token"],
        ["SECRET_KEY", first[0]],
        ["SECRET_KEY_ALSO_ACCEPTED", first[1]],
      ],
    });
    // The key before is released by the switch, so that the end of its grace can delete it.
    expect(await plannedKeys({ current: 2, alsoAccepted: 1 })).toEqual({
      keys: [
        [first[1], true, true],
        [first[0], false, false],
      ],
      values: [true, true],
      given: [
        ["MAPS_TOKEN", "portal-production-maps-token"],
        ["SECRET_KEY", first[1]],
        ["SECRET_KEY_ALSO_ACCEPTED", first[0]],
      ],
    });
    expect((await plannedKeys({ current: 2, alsoAccepted: null })).keys).toEqual([[first[1], true, true]]);
  });
});
