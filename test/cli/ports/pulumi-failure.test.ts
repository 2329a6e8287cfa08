import { describe, expect, it } from "vitest";
import { explainPulumi } from "../../../cli/ports/pulumi-failure.ts";
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
      "pulumi up stopped, because what it would do now is not what was planned a moment ago. Nothing was changed. Run the command again.",
    );
  });

  it("gives Pulumi's word for what differs from the plan, where it has one", () => {
    expect(message(update, { stdout: recorded("unfit-resource.txt") })).toBe(
      "pulumi up stopped, because what it would do now is not what was planned a moment ago. Nothing was changed. Run the command again. It said: default: resource urn:pulumi:production::portal::pulumi:providers:pulumi-nodejs::default violates plan: properties changed: =~portal:w[{50}]",
    );
  });

  it("does not claim that nothing was changed once the update itself has begun", () => {
    const stdout = `${recorded("unfit-outputs.txt")}\nUpdating (production):\n`;
    expect(message(update, { stdout })).toContain(
      "It had begun to change things: compare with npm run rollout -- status. Run the command again.",
    );
  });

  it("says of an interrupted update that it was, and not what of its plan it did not come to", () => {
    expect(message(update, { stdout: recorded("interrupted.txt") })).toBe("pulumi up was interrupted before its end.");
    const failed = recorded("interrupted.txt").replace(/^ {4}error: .*$/m, "    error: AWS said no");
    expect(message(update, { stdout: failed })).toMatch(
      /^pulumi up was interrupted before its end\. It said: \S+: AWS said no$/,
    );
  });

  it("does not say of an update that a signal ended that nothing was changed", () => {
    const ended = explainPulumi("production", update, new Error("pulumi up was ended by SIGINT."));
    expect(ended.message).toBe("pulumi up failed. It said: pulumi up was ended by SIGINT.");
  });

  it("does not blame the plan where there was none, or where something else failed", () => {
    expect(message(["up", "--yes"], { stdout: recorded("unfit-outputs.txt") })).toContain(
      "pulumi up failed. It said: ",
    );
    expect(message(update, { stdout: recorded("update-failed.txt") })).toBe(
      "portal-production-public: AWS said no\nodd::name: AWS said no",
    );
    expect(message(update, { stderr: "error: incorrect passphrase\n" })).toBe(
      "pulumi up failed. It said: error: incorrect passphrase",
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
        `Another update of the stack production is under way, or was killed and left its lock. If nobody is updating it, run npx pulumi cancel --stack production, and then this command again. It said: ${stderr.trim()}`,
      );
    }
  });

  it("says how to log in", () => {
    const stderr = "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\n";
    for (const words of [update, output]) {
      expect(message(words, { exitCode: 3, stderr })).toMatch(
        /^Pulumi is not logged in, or may not read the stack production\. Run pulumi login, .* It said: error: PULUMI_ACCESS_TOKEN must be set/,
      );
    }
  });

  it("says how to make a stack that is missing", () => {
    const stderr = "error: no stack named 'production' found\n";
    for (const words of [update, output]) {
      expect(message(words, { exitCode: 6, stderr })).toMatch(
        /^The stack production is not in the backend .* pulumi stack init production\. It said: error: no stack named 'production' found$/,
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
      /^The Pulumi CLI is not on the path\. Run the command by npm run rollout after npm ci,/,
    );
    expect(error.cause).toBe(cause);
  });

  it("says that npm could not fetch the CLI", () => {
    const stderr = "Downloading pulumi v3.265.0...\npulumi: fetch failed\n";
    expect(message(update, { stderr })).toContain("The Pulumi CLI could not be fetched (fetch failed).");
  });

  it("has something to say of every failure", () => {
    expect(message(["preview"], {})).toBe("pulumi preview failed. It said: nothing");
    expect(message(output, { stderr: "error: dial tcp: no such host\n" })).toBe(
      "The outputs of the stack production cannot be read: pulumi stack output failed. It said: error: dial tcp: no such host",
    );
    expect(explainPulumi("staging", ["preview"], new Error("pulumi preview was ended by SIGINT.")).message).toBe(
      "pulumi preview failed. It said: pulumi preview was ended by SIGINT.",
    );
  });
});
