import { describe, expect, it } from "vitest";
import { containerProblems, containersOf, isSecretName, textsOf } from "../../policies/facts.ts";

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

describe("textsOf", () => {
  it("gives what stands beside the environment", () => {
    const container = {
      name: "api",
      environment: [{ name: "A", value: "b" }],
      command: ["run", "it"],
      healthCheck: { command: ["CMD", "true"] },
      dockerLabels: { team: "portal" },
      logConfiguration: { logDriver: "awslogs", options: { mode: "non-blocking" } },
    };
    expect(textsOf(container).filter(({ value }) => value !== "")).toEqual([
      { property: "command", value: "run it" },
      { property: "healthCheck.command", value: "CMD true" },
      { property: "dockerLabels", name: "team", value: "portal" },
      { property: "logConfiguration.options", name: "mode", value: "non-blocking" },
    ]);
  });
});
