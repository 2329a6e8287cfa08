import { describe, expect, it } from "vitest";
import { pulumiDiagnostics } from "../../../cli/ports/pulumi-diagnostics.ts";
import { recorded } from "./recorded.ts";

describe("pulumiDiagnostics", () => {
  it("gives the program's refusal whole, with its empty and its indented lines", () => {
    expect(pulumiDiagnostics(recorded("move-refused.txt"))).toEqual([
      [
        "Rollout refused. candidateWeight is 25 but no.",
        "",
        "  - first thing",
        "  - second thing",
        "",
        "Setting a lower weight is always allowed.",
      ].join("\n"),
    ]);
  });

  it("gives every problem of a config at once", () => {
    const [error, ...others] = pulumiDiagnostics(recorded("config-refused.txt"));
    expect(error?.split("\n")).toEqual([
      "Pulumi.production.yaml has 2 problems. Nothing was changed.",
      "",
      "  celebrant-portal:candidateWeight is 7",
      "    rule: a step of rollout.steps, or 0",
      "    fix:  write 5",
      "",
      '  celebrant-portal:liveColour is "red"',
      "    rule: blue or green",
      "    fix:  write",
      "          celebrant-portal:liveColour: blue",
    ]);
    expect(others).toEqual([]);
  });

  it("names the resources that failed, each once, and not that the update failed because of them", () => {
    expect(pulumiDiagnostics(recorded("update-failed.txt"))).toEqual([
      "portal-production-public: AWS said no",
      "odd::name: AWS said no",
    ]);
  });

  it("gives the violated policies with what they say", () => {
    expect(pulumiDiagnostics(recorded("policy-violated.txt"))).toEqual([
      [
        "A policy is violated:",
        "    ❌ celebrant-portal@v0.0.1 (local: policies)",
        "        - [mandatory]  no-big  (pulumi-nodejs:dynamic:Resource: arriving)",
        "          Sizes are small.",
        "          size is 1",
        "          and must be 0",
        "        - [advisory]  advise  (pulumi-nodejs:dynamic:Resource: kept)",
        "          Advice is given.",
        "          zone is a",
      ].join("\n"),
    ]);
  });

  it("gives an exception with its stack, without colours", () => {
    const [error, ...others] = pulumiDiagnostics(recorded("program-threw.txt"));
    expect(error?.split("\n").slice(0, 5)).toEqual([
      "Running program '/portal/index.ts' failed with an unhandled exception:",
      "TypeError: x is not",
      "",
      "a function",
      "    at file:///portal/index.ts:12:30",
    ]);
    expect(error).not.toContain("\u001b");
    expect(others).toEqual([]);
  });

  it("takes a warning of several lines for no error", () => {
    expect(recorded("warned.txt")).toContain("    warning: A warning\n    of two lines\n");
    expect(pulumiDiagnostics(recorded("warned.txt"))).toEqual([]);
  });

  it("ends an error where a warning of the same resource follows", () => {
    const text = recorded("warned.txt").replace(
      "    warning: A warning\n",
      "    error: no\n    really\n    warning: mind\n",
    );
    expect(pulumiDiagnostics(text)).toEqual(["portal-production-public: no\nreally"]);
  });

  it("looks at the update and not at the preview before it", () => {
    const both = `${recorded("move-refused.txt")}\n${recorded("update-failed.txt")}`;
    expect(pulumiDiagnostics(both)).toEqual(pulumiDiagnostics(recorded("update-failed.txt")));
  });

  it("says what the engine says where that is all", () => {
    const text = "Diagnostics:\n  pulumi:pulumi:Stack (portal-production):\n    error: update failed\n";
    expect(pulumiDiagnostics(text)).toEqual(["update failed"]);
  });

  it("reads lines that end as on Windows", () => {
    for (const name of ["move-refused.txt", "policy-violated.txt", "update-failed.txt"]) {
      const text = recorded(name);
      expect(pulumiDiagnostics(text.replaceAll("\n", "\r\n"))).toEqual(pulumiDiagnostics(text));
    }
  });

  it.each(["", "Updating (production):\n", "Diagnostics:\n", "Policies:\n\nDiagnostics:\n"])(
    "finds nothing in %j",
    (text) => {
      expect(pulumiDiagnostics(text)).toEqual([]);
    },
  );
});
