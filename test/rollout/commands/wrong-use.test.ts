import { describe, expect, it } from "vitest";
import { fakePulumi } from "../../support/fake-pulumi.ts";
import { runRollout } from "./run-rollout.ts";

describe("the rollout CLI", () => {
  it.each([
    [[], "No command was given."],
    [["constructor"], '"constructor" is no command.'],
    [["--stage", "staging", "history"], '"--stage" is no command.'],
    [["history"], "--stage is missing. It is staging or production."],
    [["history", "--stage"], "Option '--stage <value>' argument missing."],
    [["history", "--stage", "live"], '--stage is "live". It is staging or production.'],
    [["history", "--stage", "staging", "--jsno"], "Unknown option '--jsno'."],
    [["history", "--stage", "staging", "--json=yes"], "Option '--json' does not take an argument."],
    [["history", "--stage", "staging", "now"], "Unexpected argument 'now'."],
  ])("ends with 2 for %j, says why and how it is used, and asks nothing of Pulumi", async (words, problem) => {
    const pulumi = fakePulumi({ stacks: { staging: {} } });
    const { exitCode, stdout, stderr } = await runRollout(pulumi.folder, ...words);
    expect(stderr.split("\n")[0]).toBe(problem);
    expect(stderr).toContain("USAGE npm run rollout --");
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(pulumi.calls()).toEqual([]);
  });

  it.each([["--help"], ["-h"]])("lists its commands with %s", async (word) => {
    const { exitCode, stdout, stderr } = await runRollout("/nowhere", word);
    expect(stdout).toMatch(/COMMANDS\n\n +history +Every step, image, promote and return/);
    expect(stdout).not.toContain("\u001b");
    expect([exitCode, stderr]).toEqual([0, ""]);
  });

  it("explains a command with examples and exit codes, whatever else is asked of it", async () => {
    const { exitCode, stdout, stderr } = await runRollout("/nowhere", "history", "--wrong", "--help");
    expect(stdout).toContain("USAGE npm run rollout -- history [OPTIONS] --stage=<staging|production>");
    expect(stdout).toContain("EXAMPLES\n\n  npm run rollout -- history --stage production\n");
    expect(stdout).toContain("0 done, 1 refused or failed, 2 wrong use");
    expect([exitCode, stderr]).toEqual([0, ""]);
  });
});
