import { describe, expect, it } from "vitest";
import { carriesPassword, containersOf, isSecretName, statementsOf } from "../../policies/facts.ts";

describe("isSecretName", () => {
  it.each(["SECRET_KEY", "smtp_password", "STRIPE_API_KEY", "AWS_ACCESS_KEY_ID", "/portal/webhook-token"])(
    "takes %s for a secret",
    (name) => expect(isSecretName(name)).toBe(true),
  );

  it.each(["ACCESS_TOKEN_EXPIRE_MINUTES", "STRIPE_SECRET_ARN", "MONKEY", "KEYBOARD_LAYOUT", "ENVIRONMENT"])(
    "does not take %s for one",
    (name) => expect(isSecretName(name)).toBe(false),
  );
});

describe("carriesPassword", () => {
  it.each(["postgresql://user:pass@host/name", "redis://:pass@host", "postgresql+asyncpg://u:p@h"])(
    "sees it in %s",
    (url) => expect(carriesPassword(url)).toBe(true),
  );

  it.each(["postgresql://user@host:5432/name", "https://example.com:443/a@b", "plain text: a@b"])(
    "sees none in %s",
    (url) => expect(carriesPassword(url)).toBe(false),
  );
});

describe("statementsOf", () => {
  it("reads one-or-many members as lists", () => {
    const statement = {
      Effect: "Allow",
      Principal: { AWS: ["a", "b"], Service: "c" },
      Action: "s3:GetObject",
      Resource: "*",
    };
    expect(statementsOf(JSON.stringify({ Statement: statement }))).toEqual([
      { effect: "Allow", principals: ["a", "b", "c"], actions: ["s3:GetObject"], resources: ["*"], condition: {} },
    ]);
  });

  it("reads a document given as an object, and none", () => {
    expect(statementsOf({ Statement: [{ Effect: "Deny", Principal: "*" }] })).toMatchObject([
      { effect: "Deny", principals: ["*"] },
    ]);
    expect(statementsOf(undefined)).toEqual([]);
  });
});

describe("containersOf", () => {
  it("refuses what is not a list", () => {
    expect(() => containersOf({ containerDefinitions: '{"name":"api"}' })).toThrow(
      "containerDefinitions is not a JSON list. Write a list of containers.",
    );
  });
});
