import { describe, expect, it } from "vitest";
import { commands } from "../../../cli/commands/index.ts";
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
    const [, listed = ""] = stdout.split("COMMANDS\n\n");
    expect(listed.match(/^ +[a-z]+(?= {2})/gm)?.map((name) => name.trim())).toEqual(Object.keys(commands));
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

  it.each(Object.keys(commands))("%s has help with its options, examples and exit codes", async (name) => {
    const { exitCode, stdout } = await runRollout("/nowhere", name, "--help");
    expect(stdout).toContain(`USAGE npm run rollout -- ${name} [OPTIONS] --stage=<staging|production>`);
    for (const option of ["--stage", "--json"]) expect(stdout).toContain(option);
    expect(stdout).toMatch(new RegExp(`EXAMPLES\\n\\n {2}npm run rollout -- ${name} --stage production`));
    expect(stdout).toContain("0 done, 1 refused or failed, 2 wrong use, 3 not enough data");
    expect(exitCode).toBe(0);
  });

  it.each([
    [["rollback", "--stage", "staging", "--to", "red"], '--to is "red". It is blue or green.'],
    [["advance", "--stage", "staging", "--reason"], "Option '--reason <value>' argument missing."],
    [["advance", "--stage", "staging", "--force"], "Unknown option '--force'."],
    [["task", "--stage", "staging"], "--run is missing. It is migrate or integrity or seed."],
    [["task", "--stage", "staging", "--run", "migrate"], "--kind is missing. A migration is expand or contract."],
    [
      ["task", "--stage", "staging", "--run", "migrate", "--kind", "both"],
      '--kind is "both". It is expand or contract.',
    ],
    [
      ["task", "--stage", "staging", "--run", "integrity", "--kind", "expand"],
      "--kind is expand and --run is integrity. Only migrate has a kind.",
    ],
    [["task", "--stage", "staging", "--run", "seed", "--colour", "red"], '--colour is "red". It is blue or green.'],
  ])("ends with 2 for %j, before anything is asked", async (words, problem) => {
    const { exitCode, stdout, stderr } = await runRollout("/nowhere", ...words);
    expect(stderr.split("\n")[0]).toBe(problem);
    expect([exitCode, stdout]).toEqual([2, ""]);
  });

  it("says which number of a forecast is none", async () => {
    const given = ["forecast", "--stage", "staging", "--requests-per-hour"];
    const { exitCode, stderr } = await runRollout("/nowhere", ...given, "many");
    expect(stderr).toBe('--requests-per-hour is "many" and must be a number, such as 300 or 0.95.\n');
    expect(exitCode).toBe(1);
  });

  it("forecasts from given traffic without asking anybody", async () => {
    const given = ["forecast", "--stage", "production", "--requests-per-hour", "300"];
    const { exitCode, stdout, stderr } = await runRollout("/nowhere", ...given);
    expect(stderr).toBe("");
    expect(stdout.split("\n").slice(0, 5)).toEqual([
      "300 requests an hour (given); threshold 1 % (guide A1).",
      "",
      " step  bake  requests  fails from  detects  can pass        bake to pass",
      "─────  ────  ────────  ──────────  ───────  ──────────────  ────────────",
      "  5 %   2 h        30    2 errors   9.65 %  no, 299 needed   19 h 56 min",
    ]);
    expect(stdout).toContain("At this traffic the gate cannot pass at 5 % within the bake");
    expect(exitCode).toBe(0);
  });
});
