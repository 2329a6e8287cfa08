import { describe, expect, it } from "vitest";
import { linesOfNamedKeys } from "../../../infra/config/file-lines.ts";

const text = `config:
  # the number
  celebrant-portal:liveColour: blue
  celebrant-portal:candidateWeight: 25 # Tuesday
  celebrant-portal:config:rolloutOverride: "INC-12: the fix is needed"
  celebrant-portal:images:
    blue: sha256:aaaa
    green: sha256:bbbb
  celebrant-portal:rollout:
    steps:
      - { weight: 5, bake: 120m }
      - weight: 25
        bake: 4h
    freezeWindows: []
  api: { logLevel: debug, environment: { "X_KEY": "1" } }
  celebrant-portal:applicationSecrets:
    STRIPE_SECRET_KEY:
      secure: v1:abcd
  celebrant-portal:mail: { secure: v1:efgh }
`;

function lines(...messages: string[]): readonly string[] {
  return linesOfNamedKeys({ name: "Pulumi.production.yaml", text }, messages);
}

describe("the lines of the keys that a message names", () => {
  it("are shown as they stand, with their places, in the file's order and once", () => {
    expect(lines("Set candidateWeight to 0.", "images.green is that. Put images.green back, or liveColour.")).toEqual([
      "Pulumi.production.yaml:3: celebrant-portal:liveColour: blue",
      "Pulumi.production.yaml:4: celebrant-portal:candidateWeight: 25 # Tuesday",
      "Pulumi.production.yaml:8: green: sha256:bbbb",
    ]);
  });

  it("are found in lists, in blocks on one line, and under each spelling of a key", () => {
    expect(lines("It bakes for 120m (rollout.steps[0].bake).")).toEqual([
      "Pulumi.production.yaml:11: - { weight: 5, bake: 120m }",
    ]);
    expect(lines("rollout.steps[1].bake and rollout.steps[1]")).toEqual([
      "Pulumi.production.yaml:12: - weight: 25",
      "Pulumi.production.yaml:13: bake: 4h",
    ]);
    expect(lines("api.logLevel, rolloutOverride, rollout.freezeWindows.")).toEqual([
      'Pulumi.production.yaml:5: celebrant-portal:config:rolloutOverride: "INC-12: the fix is needed"',
      "Pulumi.production.yaml:14: freezeWindows: []",
      'Pulumi.production.yaml:15: api: { logLevel: debug, environment: { "X_KEY": "1" } }',
    ]);
  });

  it("are none for words, commands, hosts and keys that the file does not have", () => {
    expect(
      lines(
        "The rollout stands at 5 %. You asked for mail. Run npm run rollout -- resume --stage production, docs/runbook.md.",
        "Set images.red, rollout.steps[9].bake, alerts.notify or signingKey; see api.celebrants.example.",
      ),
    ).toEqual([]);
  });

  it("show no secret, and no line break or long line", () => {
    expect(lines("applicationSecrets.STRIPE_SECRET_KEY")).toEqual([
      "Pulumi.production.yaml:17: STRIPE_SECRET_KEY: [secret]",
    ]);
    const one = linesOfNamedKeys(
      {
        name: "f",
        text: `config:\n  applicationSecrets: { A_B: { secure: v1:abcd } }\n  rolloutOverride: ${"x".repeat(200)}\n`,
      },
      ["applicationSecrets.A_B, rolloutOverride"],
    );
    expect(one).toEqual([
      "f:2: applicationSecrets: [secret]",
      `f:3: rolloutOverride: ${"x".repeat(100 - "rolloutOverride: ".length)}…`,
    ]);
  });

  it("show no secret that somebody has written in plain text", () => {
    const plain = { name: "f", text: "config:\n  applicationSecrets:\n    A_B: sk_live_1\n" };
    expect(linesOfNamedKeys(plain, ["You changed applicationSecrets.A_B."])).toEqual(["f:3: A_B: [secret]"]);
  });

  it("are none for a file that is no config", () => {
    for (const broken of ["", "[]", "config: 1", "config:\n  candidateWeight"]) {
      expect(linesOfNamedKeys({ name: "f", text: broken }, ["candidateWeight"])).toEqual([]);
    }
  });
});
