import { expect, it } from "vitest";
import { openWorld } from "../../cli/world.ts";
import { runOn } from "./commands/run-rollout.ts";

const terminal = { isTTY: true, columns: 60 };
const failing = async () => {
  throw new Error(
    "AWS does not answer. Run npm run rollout -- status --stage production, and if that fails as well, look at the AWS Health Dashboard.",
  );
};

it("wraps help, results and failures for a terminal, and breaks no command", async () => {
  const { stdout: help } = await runOn(terminal, failing, "task", "--help");
  expect(help).toContain(
    "     [--colour]   Whose image it runs from. By default the\n                  candidate's if it has a release, else the",
  );
  expect(help).toContain(
    '\n  npm run rollout -- task --stage production --run migrate --reason "why requests may wait for it now"\n',
  );
  const given = ["forecast", "--stage", "staging", "--requests-per-hour", "300"];
  const { stdout } = await runOn(terminal, async (stage) => openWorld(stage), ...given);
  expect(stdout).toMatch(/^This counts failed requests.{10,36}\n/m);
  const { stderr } = await runOn(terminal, failing, "history", "--stage", "staging");
  expect(stderr.split("\n")).toEqual([
    "AWS does not answer. Run",
    "npm run rollout -- status --stage production, and if that",
    "fails as well, look at the AWS Health Dashboard.",
    "",
  ]);
});

it("wraps at 100 columns where the terminal is wider", async () => {
  const { stderr } = await runOn({ isTTY: true, columns: 200 }, failing, "history", "--stage", "staging");
  expect(stderr.split("\n").map((line) => line.length)).toEqual([97, 33, 0]);
});

it("leaves lines whole for files and pipes", async () => {
  const { stderr } = await runOn({}, failing, "history", "--stage", "staging");
  expect(stderr.split("\n")).toHaveLength(2);
});

it("never wraps a document for machines", async () => {
  const words = ["forecast", "--stage", "staging", "--requests-per-hour", "300", "--json"];
  const { stdout } = await runOn({ isTTY: true, columns: 20 }, async (stage) => openWorld(stage), ...words);
  expect(stdout).toBe(`${JSON.stringify(JSON.parse(stdout), null, 2)}\n`);
});
