import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { HistoryEntry } from "../../../rollout/record.ts";
import { fakePulumi } from "../../support/fake-pulumi.ts";
import { bothImages, digest, recordAt } from "../../support/rollout.ts";
import { runRollout } from "./run-rollout.ts";

const entry = { liveColour: "blue", images: bothImages } as const;
const entries: readonly HistoryEntry[] = [
  {
    ...entry,
    at: "2026-11-22T22:30:05.250Z",
    event: "deployed",
    weightPercent: 0,
    images: { ...bothImages, green: null },
  },
  {
    ...entry,
    at: "2026-11-22T23:00:00.000Z",
    event: "image",
    weightPercent: 0,
    labels: { blue: null, green: "2.4.0" },
    changed: ["api.memoryMib", "applicationSecrets.STRIPE_SECRET_KEY", "taskSecrets.migrate"],
  },
  { ...entry, at: "2026-11-22T23:59:59.999Z", event: "advanced", weightPercent: 5 },
  {
    ...entry,
    at: "2026-11-23T00:10:00.000Z",
    event: "advanced",
    weightPercent: 100,
    override: "INC-12:\n\u001b[2Jfix",
  },
  { ...entry, at: "2026-11-25T00:10:00.000Z", event: "promoted", weightPercent: 0, liveColour: "green" },
];
const record = recordAt(0, { liveColour: "green", history: entries });

/** Blue runs release a, green release b. */
const [a, b] = ["a".repeat(12), "b".repeat(12)];

it("draws the record's history as a table, in the stage's zone with UTC beside it, the latest last", async () => {
  const pulumi = fakePulumi({ stacks: { production: { region: "ap-southeast-2", rollout: record } } });
  const { exitCode, stdout, stderr } = await runRollout(pulumi.folder, "history", "--stage", "production");
  expect(stderr).toBe("");
  const [latest = "", note = ""] = stdout.split("\n").slice(-3);
  expect(latest).toMatch(/^2026-11-25 11:10 {2}11-25 00:10 {2}promoted {2}green {5}0 % {2}\d+ \S+.* so far$/);
  expect(note).toMatch(
    /^A rollback since the last update may be missing, because the latch could not be read\. AWS: .* There are no AWS credentials\. Log in/,
  );
  expect(stdout.replaceAll(/ +$/gm, "").split("\n").slice(0, -3)).toEqual([
    expect.stringMatching(/^when \(Melbourne\) {2}UTC {10}event {5}live {3}weight {2}stood for$/),
    expect.stringMatching(/^─+ {2}─+ {2}─+ {2}─+ {2}─+ {2}─+$/),
    "2026-11-23 09:30  11-22 22:30  deployed  blue      0 %  1 h 29 min",
    `    Images: blue ${a}, green none.`,
    "2026-11-23 10:00  11-22 23:00  image     blue      0 %",
    `    Images: green 2.4.0 ${b}.`,
    "    Settings: api.memoryMib, taskSecrets.migrate.",
    "    Secrets: STRIPE_SECRET_KEY.",
    "2026-11-23 10:59  11-22 23:59  advanced  blue      5 %  10 min",
    "2026-11-23 11:10  11-23 00:10  advanced  blue    100 %  48 h",
    "    Reason: INC-12: fix",
  ]);
  expect(exitCode).toBe(0);
});

it("says how much the record no longer has, and where it is told", async () => {
  const dropped = { entries: 12, until: "2026-11-20T00:00:00.000Z", usedReasons: [] };
  const pulumi = fakePulumi({ stacks: { production: { rollout: { ...record, dropped } } } });
  const { stdout } = await runRollout(pulumi.folder, "history", "--stage", "production");
  expect(stdout.split("\n").at(-3)).toMatch(
    /^The record no longer has 12 updates until .*11:00 .*\. Of these, the table has what evidence\/production tells\. Pulumi lists every update: npx pulumi stack history --stack production$/,
  );
});

it("asks Pulumi once, for the stage's outputs, in the project's folder", async () => {
  const pulumi = fakePulumi({ stacks: { staging: { rollout: record } } });
  await runRollout(pulumi.folder, "history", "--stage=staging");
  const projectFolder = realpathSync(fileURLToPath(new URL("../../../", import.meta.url)));
  expect(pulumi.calls()).toEqual([
    { words: ["stack", "output", "--json", "--non-interactive", "--stack", "staging"], cwd: projectFolder },
  ]);
});

it("prints one JSON document with whole digests", async () => {
  const pulumi = fakePulumi({ stacks: { production: { rollout: record } } });
  const { exitCode, stdout } = await runRollout(pulumi.folder, "history", "--json", "--stage", "production");
  expect(JSON.parse(stdout)).toEqual({
    stage: "production",
    history: entries.map((one) => (one.event === "image" ? one : { ...one, stoodSeconds: expect.any(Number) })),
    dropped: null,
    latchProblem: expect.stringContaining("There are no AWS credentials."),
  });
  expect(stdout).toContain(digest("b"));
  expect(exitCode).toBe(0);
});

it("has nothing to show for a stack without a finished update", async () => {
  const pulumi = fakePulumi({ stacks: { staging: {} } });
  expect(await runRollout(pulumi.folder, "history", "--stage", "staging")).toEqual({
    exitCode: 0,
    stdout: "The stack staging has no history, because no update of it has finished yet.\n",
    stderr: "",
  });
  const { stdout } = await runRollout(pulumi.folder, "history", "--stage", "staging", "--json");
  expect(JSON.parse(stdout)).toEqual({ stage: "staging", history: [], dropped: null, latchProblem: null });
});

it("fails on a record that it cannot read, and prints no half of it", async () => {
  const pulumi = fakePulumi({ stacks: { staging: { rollout: { ...record, version: 2 } } } });
  const { exitCode, stdout, stderr } = await runRollout(pulumi.folder, "history", "--stage", "staging", "--json");
  expect(stderr).toContain('The stack output "rollout" cannot be read:');
  expect(stderr).not.toContain("    at ");
  expect([exitCode, stdout]).toEqual([1, ""]);
});

it.each([
  [
    "no login",
    { loggedIn: false },
    "Pulumi is not logged in, or you may not read the stack production. Run npx pulumi login,",
  ],
  ["no such stack", { stacks: { staging: {} } }, "The backend that Pulumi is logged in to has no stack production."],
  [
    "a CLI that npm could not fetch",
    { raw: { stderr: "Downloading pulumi v3.265.0...\npulumi: fetch failed\n", exitCode: 1 } },
    "The Pulumi CLI could not be downloaded (fetch failed). npm's pulumi fetches it from get.pulumi.com when it is first run.",
  ],
  [
    "another failure",
    { raw: { stderr: "error: dial tcp: no such host\n", exitCode: 1 } },
    "pulumi stack output failed. Pulumi said: error: dial tcp: no such host",
  ],
  ["no JSON", { raw: { stdout: "Pulumi!\n", exitCode: 0 } }, 'printed "Pulumi!\\n", which is not a JSON object'],
  ["a list", { raw: { stdout: "[]", exitCode: 0 } }, 'printed "[]", which is not a JSON object'],
])("says what to do about %s", async (_what, answers, message) => {
  const run = await runRollout(fakePulumi(answers).folder, "history", "--stage", "production");
  expect(run.stderr).toContain(message);
  expect([run.exitCode, run.stdout]).toEqual([1, ""]);
});

it("says where the Pulumi CLI comes from when there is none", async () => {
  expect(await runRollout("/nowhere", "history", "--stage", "production")).toEqual({
    exitCode: 1,
    stdout: "",
    stderr:
      "The Pulumi CLI was not found. Run npm ci and then the command by npm run rollout, or install it: https://www.pulumi.com/docs/install/\n",
  });
});
