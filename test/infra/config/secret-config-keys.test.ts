import { describe, expect, it } from "vitest";
import { secretConfigKeys } from "../../../infra/config/secret-config-keys.ts";

describe("secretConfigKeys", () => {
  it("reads the list that the engine gives the program", () => {
    const environment = { PULUMI_CONFIG_SECRET_KEYS: '["celebrant-portal:applicationSecrets"]' };
    expect(secretConfigKeys(environment)).toEqual({ secretKeys: ["celebrant-portal:applicationSecrets"] });
    expect(secretConfigKeys({ PULUMI_CONFIG_SECRET_KEYS: "[]" })).toEqual({ secretKeys: [] });
  });

  it("knows of no list where there is no engine", () => {
    expect(secretConfigKeys({})).toEqual({});
    expect(secretConfigKeys({ PULUMI_CONFIG_SECRET_KEYS: "" })).toEqual({});
  });
});
