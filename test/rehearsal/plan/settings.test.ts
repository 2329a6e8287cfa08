import { describe, expect, it } from "vitest";
import { parseSettings } from "../../../rehearsal/plan/settings.ts";

describe("parseSettings", () => {
  it("reads values as the stack file would", () => {
    expect(
      parseSettings(["candidateWeight=25", "api.debug=true", "rollout.rollbackWindow=48h", "images.green=sha256:ab"]),
    ).toEqual({
      candidateWeight: 25,
      "api.debug": true,
      "rollout.rollbackWindow": "48h",
      "images.green": "sha256:ab",
    });
    expect(parseSettings(["rollout.freezeWindows=[]", "rolloutOverride=a = b"])).toEqual({
      "rollout.freezeWindows": [],
      rolloutOverride: "a = b",
    });
  });

  it("refuses what has no key or no equals sign", () => {
    expect(() => parseSettings(["candidateWeight"])).toThrow(
      '"candidateWeight" is not a setting. Write key=value, such as candidateWeight=25 or images.green=sha256:….',
    );
    expect(() => parseSettings(["=5"])).toThrow('"=5" is not a setting');
  });

  it("does not show a value that is not valid YAML", () => {
    expect(() => parseSettings(["applicationSecrets.MAIL_KEY=[hunter2"])).toThrow(
      /^The value of applicationSecrets\.MAIL_KEY is not valid YAML: [^\n]*\(line 1, column 9\)\.$/,
    );
  });
});
