import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../../rehearsal/plan/main.ts", import.meta.url));

/** Runs `npm run plan --` as a person does. */
function plan(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8" });
  return { status, stdout, stderr };
}

describe("npm run plan", () => {
  it("names the one resource that a step changes", () => {
    const { status, stdout } = plan(
      "--stage",
      "production",
      "--set",
      "candidateWeight=25",
      "--diff",
      "candidateWeight=5",
    );
    expect(status).toBe(0);
    expect(stdout).toContain(
      "1 cloud resource changes:\n~ aws:lb/listenerRule:ListenerRule portal-production-public\n",
    );
    expect(stdout).toContain("Policies: no violation.");
    expect(stdout).toContain("Assumed: The stack stands at 5 % and that step's bake is over.");
  });

  it("prints one document for machines", () => {
    const { status, stdout } = plan("--stage", "staging", "--json", "--at", "2026-11-23T12:00:00Z");
    expect(status).toBe(0);
    const document = JSON.parse(stdout) as { stage: string; record: { since: string }; findings: unknown[] };
    expect(document).toMatchObject({ stage: "staging", record: { since: "2026-11-23T12:00:00.000Z" }, findings: [] });
  });

  it("fails with the refusal alone when the program refuses", () => {
    const { status, stdout, stderr } = plan(
      "--stage",
      "production",
      "--set",
      "candidateWeight=50",
      "--diff",
      "candidateWeight=5",
    );
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^Rollout refused\. candidateWeight is 50 but the rollout stands at 5 %.*\n$/);
  });

  it.each([
    [[], "--stage is missing. It is staging or production. See --help.\n"],
    [["--stage", "live"], '--stage is "live". It is staging or production. See --help.\n'],
    [["--stage", "staging", "--sett", "a=1"], "Unknown option '--sett'. See --help.\n"],
  ])("calls %j wrong use", (args, message) => {
    expect(plan(...args)).toEqual({ status: 2, stdout: "", stderr: message });
  });
});
