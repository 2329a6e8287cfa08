import { describe, expect, it } from "vitest";
import { secretConfigKeys } from "../../../infra/config/secrets.ts";

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
