import { describe, expect, it } from "vitest";
import { carriesPassword, containerProblems, containersOf, isSecretName } from "../../policies/facts.ts";

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

describe("containersOf", () => {
  it("reads a list, and nothing else", () => {
    expect(containersOf({ containerDefinitions: '[{"name":"api"}]' })).toEqual([{ name: "api" }]);
    expect(containersOf({ containerDefinitions: '{"name":"api"}' })).toEqual([]);
  });

  it.each([
    ["[", "is not valid JSON"],
    ['{"name":"api"}', "is not a JSON list of containers"],
    ['[{"name":"api"},null]', "has an entry that is not a container"],
  ])("says of %s that it %s", (text, problem) => expect(containerProblems(text)).toEqual([problem]));
});
