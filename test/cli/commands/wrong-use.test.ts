import { describe, expect, it } from "vitest";
import { commands } from "../../../cli/commands/index.ts";
import { fakePulumi } from "../../support/fake-pulumi.ts";
import { runHere, runRollout } from "./run-rollout.ts";

describe("the rollout CLI", () => {
  it.each([
    [[], "No command was given."],
    [["constructor", "--stage", "staging"], 'There is no command "constructor".'],
    [["--constructor"], "There is no such flag."],
    [["histroy", "--stage", "staging"], 'There is no command "histroy". Did you mean history?'],
    [["--stage", "staging", "history"], 'There is no command "--stage".'],
    [["history"], "--stage needs a value: staging or production."],
    [["history", "--stage"], "--stage needs a value: staging or production."],
    [["history", "--stage", "--json"], "--stage needs a value before --json: staging or production."],
    [["history", "--stage", "live"], '--stage cannot be "live". Choose staging or production.'],
    [["history", "--stage", "staging", "--stage=production"], '--stage was given twice: "staging" and "production".'],
    [["history", "--stage", "staging", "--jsno"], "There is no flag --jsno. Did you mean --json?"],
    [["history", "--stage", "staging", "--constructor", "x"], "There is no flag --constructor."],
    [["history", "--stage", "staging", "-j"], "There is no flag -j."],
    [["history", "--stage", "staging", "--no-json"], "There is no flag --no-json. Did you mean --json?"],
    [["history", "--stage", "staging", "--json=maybe"], '--json takes no value, and was given "maybe".'],
    [
      ["history", "--stage", "staging", "now"],
      '"now" belongs to no flag. Write every value behind its flag: --name value.',
    ],
  ])("ends with 2 for %j, says why and how it is used, and opens nothing", async (words, problem) => {
    const { exitCode, stdout, stderr } = await runHere(...words);
    expect(stderr.split("\n")[0]).toBe(problem);
    expect(stderr).toMatch(
      /^How to use it: npm run rollout -- (history )?--help$|^USAGE\n {2}npm run rollout -- status/m,
    );
    expect([exitCode, stdout]).toEqual([2, ""]);
  });

  it("ends its process with 2, and asks nothing of Pulumi", async () => {
    const pulumi = fakePulumi({ stacks: { staging: {} } });
    const { exitCode, stdout, stderr } = await runRollout(pulumi.folder, "history", "--stage", "live");
    expect(stderr).toBe(
      '--stage cannot be "live". Choose staging or production.\n\nHow to use it: npm run rollout -- history --help\n',
    );
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(pulumi.calls()).toEqual([]);
  });

  it.each([["--help"], ["-h"]])("lists its commands with %s", async (word) => {
    const { exitCode, stdout, stderr } = await runRollout("/nowhere", word);
    const [, listed = ""] = stdout.split("COMMANDS\n");
    expect(listed.match(/^ +[a-z-]+(?= {2})/gm)?.map((name) => name.trim())).toEqual(Object.keys(commands));
    expect(stdout).not.toContain("\u001b");
    expect([exitCode, stderr]).toEqual([0, ""]);
  });

  it("explains a command with examples and exit codes, whatever else is asked of it", async () => {
    const { exitCode, stdout, stderr } = await runRollout("/nowhere", "history", "--wrong", "--help");
    expect(stdout).toContain("USAGE\n  npm run rollout -- history (--stage staging|production)\n");
    expect(stdout).toContain("EXAMPLES\n  npm run rollout -- history --stage production\n");
    expect(stdout).toContain("0 done, 1 refused or failed, 2 wrong use");
    expect([exitCode, stderr]).toEqual([0, ""]);
  });

  it.each(Object.keys(commands))("%s has help with its options, examples and exit codes", async (name) => {
    const { exitCode, stdout } = await runHere(name, "--help");
    expect(stdout).toContain(`USAGE\n  npm run rollout -- ${name} (--stage staging|production)`);
    for (const option of ["--stage", "--json"]) expect(stdout).toContain(option);
    expect(stdout).toMatch(
      new RegExp(`EXAMPLES\\n {2}npm run rollout -- ${name}( push)? --stage (production|staging)`),
    );
    expect(stdout).toContain("0 done, 1 refused or failed, 2 wrong use, 3 not enough data");
    expect(exitCode).toBe(0);
  });

  it.each([
    [["rollback", "--stage", "staging", "--to", "red"], '--to cannot be "red". Choose blue or green.'],
    [["advance", "--stage", "staging", "--reason"], "--reason needs a value."],
    [["advance", "--stage", "staging", "--reason="], '--reason needs a value of one line behind "=".'],
    [["advance", "--stage", "staging", "--force"], "There is no flag --force."],
    [["task", "--stage", "staging"], "--run needs a value: migrate, integrity or seed."],
    [
      ["task", "--stage", "staging", "--run", "seed", "--reason", "why it is so"],
      "--reason does not go with --run seed. Only migrate takes one.",
    ],
    [
      ["task", "--stage", "staging", "--run", "migrate", "--kind", "both"],
      '--kind cannot be "both". Choose expand or contract.',
    ],
    [
      ["task", "--stage", "staging", "--run", "integrity", "--kind", "expand"],
      "--kind expand does not go with --run integrity. Only migrate has a kind.",
    ],
    [
      ["task", "--stage", "staging", "--run", "seed", "--colour", "red"],
      '--colour cannot be "red". Choose blue or green.',
    ],
  ])("ends with 2 for %j, before anything is asked", async (words, problem) => {
    const { exitCode, stdout, stderr } = await runHere(...words);
    expect(stderr.split("\n")[0]).toBe(problem);
    expect([exitCode, stdout]).toEqual([2, ""]);
  });

  it("names every number of a forecast that is none", async () => {
    const given = ["forecast", "--stage", "staging", "--requests-per-hour", "many", "--power", ""];
    const { exitCode, stderr } = await runHere(...given);
    expect(stderr.split("\n").slice(0, 2)).toEqual([
      '--requests-per-hour cannot be "many". Give a number, such as 300 or 0.95.',
      '--power cannot be "". Give a number, such as 300 or 0.95.',
    ]);
    expect(exitCode).toBe(2);
  });

  it("forecasts from given traffic without asking anybody", async () => {
    const given = ["forecast", "--stage", "production", "--requests-per-hour", "300"];
    const { exitCode, stdout, stderr } = await runRollout("/nowhere", ...given, "--live-error-rate-percent", "0.2");
    expect(stderr).toBe("");
    expect(stdout.split("\n").slice(0, 8)).toEqual([
      "300 requests an hour (given); of live's, 0.2 % fail (given). Threshold 1 % (guide A1); 93 of the candidate's requests may fail in the whole rollout.",
      "",
      expect.stringMatching(/^ step {2}bake {2}requests {5}shows +taken back {3}at worst +passes {2}to pass$/),
      expect.stringMatching(/^(─+ {2}){7}─+$/),
      expect.stringMatching(/^ {2}5 % {3}2 h {8}30 {4}10\.9 % +\d+ % in \d+ min +\d +0 \+ \d+ % +2 h$/),
      expect.stringMatching(/^ 25 % {3}4 h {7}300 {4}1\.05 % +\d+ % in \d+ min +\d+ +\d+ \+ \d+ % +4 h$/),
      expect.stringMatching(/^ 50 % {3}8 h {6}1200 {3}0\.227 % +\d+ % in \d+ min +\d+ +\d+ \+ 0 % +8 h$/),
      expect.stringMatching(/^100 % {2}48 h {5}14400 {2}0\.0219 % +\d+ % in \d+ min +\d+, over +\d+ \+ 0 % +48 h$/),
    ]);
    expect(stdout).toMatch(/^ 25 % {2}(\d+ % +){6}100 %$/m);
    expect(stdout).toContain("wrong data, wrong pages or lost mails");
    expect(exitCode).toBe(0);
  });
});
