import { describe, expect, it } from "vitest";
import { explainPulumi, pulumiDiagnostics } from "../../cli/pulumi-failure.ts";
import { recorded } from "./recorded.ts";

const update = ["up", "--yes", "--plan", "/tmp/plan.json"];
const output = ["stack", "output", "--json"];

/** The message for a run that ended with an exit code. */
function message(words: readonly string[], result: { exitCode?: number; stdout?: string; stderr?: string }): string {
  return explainPulumi("production", words, { exitCode: 1, stdout: "", stderr: "", ...result }).message;
}

describe("explainPulumi", () => {
  it("takes a plan that fits no longer for what it is, although Pulumi says nothing", () => {
    expect(message(update, { stdout: recorded("unfit-outputs.txt") })).toBe(
      "pulumi up stopped, because it would do something else than the preview showed a moment ago. Nothing was changed. Run this command again.",
    );
  });

  it("gives Pulumi's word for what differs from the plan, where it has one", () => {
    expect(message(update, { stdout: recorded("unfit-resource.txt") })).toBe(
      "pulumi up stopped, because it would do something else than the preview showed a moment ago. Nothing was changed. Run this command again. Pulumi said: default: resource urn:pulumi:production::portal::pulumi:providers:pulumi-nodejs::default violates plan: properties changed: =~portal:w[{50}]",
    );
  });

  it("does not claim that nothing was changed once the update itself has begun", () => {
    const stdout = `${recorded("unfit-outputs.txt")}\nUpdating (production):\n`;
    expect(message(update, { stdout })).toContain(
      "Some changes may have been made: look with npm run rollout -- status --stage production. Run this command again.",
    );
  });

  it("says of an interrupted update that it was, and not what of its plan it did not come to", () => {
    expect(message(update, { stdout: recorded("interrupted.txt") })).toBe(
      "pulumi up was interrupted before it finished.",
    );
    const failed = recorded("interrupted.txt").replace(/^ {4}error: .*$/m, "    error: AWS said no");
    expect(message(update, { stdout: failed })).toMatch(
      /^pulumi up was interrupted before it finished\. Pulumi said: \S+: AWS said no$/,
    );
  });

  it("does not say of an update that a signal ended that nothing was changed", () => {
    const ended = explainPulumi("production", update, new Error("pulumi up was ended by SIGINT."));
    expect(ended.message).toBe("pulumi up failed. Pulumi said: pulumi up was ended by SIGINT.");
  });

  it("does not blame the plan where there was none, or where something else failed", () => {
    expect(message(["up", "--yes"], { stdout: recorded("unfit-outputs.txt") })).toContain(
      "pulumi up failed. Pulumi said: ",
    );
    expect(message(update, { stdout: recorded("update-failed.txt") })).toBe(
      "portal-production-public: AWS said no\nodd::name: AWS said no",
    );
    expect(message(update, { stderr: "error: incorrect passphrase\n" })).toBe(
      "pulumi up failed. Pulumi said: error: incorrect passphrase",
    );
  });

  it.each([
    [
      "a file backend",
      "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n  file:///state/.pulumi/locks/organization/portal/production/aaaa.json?no_tmp_dir=true: created by ana@laptop (pid 1) at 2026-11-23T12:00:00Z\n",
    ],
    [
      "Pulumi's service",
      "error: [409] Conflict: Another update is currently in progress.\nTo learn more about possible reasons and resolution, visit https://www.pulumi.com/docs/troubleshooting/#conflict\n",
    ],
  ])("says how to take another update's lock away, in %s", (_backend, stderr) => {
    for (const words of [update, ["preview"]]) {
      expect(message(words, { stderr })).toBe(
        `Another update of the stack production is running, or one was killed and left its lock. If nobody is updating the stack, run npx pulumi cancel --stack production, then run this command again. Pulumi said: ${stderr.trim()}`,
      );
    }
  });

  it("says how to log in", () => {
    const stderr = "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n";
    for (const words of [update, output]) {
      expect(message(words, { exitCode: 3, stderr })).toMatch(
        /^Pulumi is not logged in, or you may not read the stack production\. Run npx pulumi login, .* Pulumi said: error: PULUMI_ACCESS_TOKEN must be set/,
      );
    }
  });

  it("says how to make a stack that is missing", () => {
    const stderr = "error: no stack named 'production' found\n";
    for (const words of [update, output]) {
      expect(message(words, { exitCode: 6, stderr })).toMatch(
        /^The backend that Pulumi is logged in to has no stack production\. .* npx pulumi stack init production\. Pulumi said: error: no stack named 'production' found$/,
      );
    }
  });

  it("gives the program's own words, and nothing around them", () => {
    expect(message(["preview"], { stdout: recorded("move-refused.txt") })).toMatch(
      /^Rollout refused\.[\s\S]*Setting a lower weight is always allowed\.$/,
    );
  });

  it("says where the CLI comes from when there is none, and keeps the cause", () => {
    const cause = Object.assign(new Error("spawn pulumi ENOENT"), { code: "ENOENT" });
    const error = explainPulumi("production", update, cause);
    expect(error.message).toMatch(
      /^The Pulumi CLI was not found\. Run npm ci and then the command by npm run rollout,/,
    );
    expect(error.cause).toBe(cause);
  });

  it("says that npm could not fetch the CLI", () => {
    const stderr = "Downloading pulumi v3.265.0...\npulumi: fetch failed\n";
    expect(message(update, { stderr })).toBe(
      "The Pulumi CLI could not be downloaded (fetch failed). npm's pulumi fetches it from get.pulumi.com when it is first run. Check the network and run the command again, or install it: https://www.pulumi.com/docs/install/",
    );
  });

  it("has something to say of every failure", () => {
    expect(message(["preview"], {})).toBe("pulumi preview failed. Pulumi said: nothing");
    expect(message(output, { stderr: "error: dial tcp: no such host\n" })).toBe(
      "The outputs of the stack production could not be read: pulumi stack output failed. Pulumi said: error: dial tcp: no such host",
    );
    expect(explainPulumi("staging", ["preview"], new Error("pulumi preview was ended by SIGINT.")).message).toBe(
      "pulumi preview failed. Pulumi said: pulumi preview was ended by SIGINT.",
    );
  });
});

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
