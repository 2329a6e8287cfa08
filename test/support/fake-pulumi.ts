import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** What the fake answers. Without `raw` it answers as the CLI does, in its words and with its exit codes. */
interface FakePulumiAnswers {
  /** Outputs by stack; a stack that is not named does not exist. */
  readonly stacks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly loggedIn?: boolean;
  /** What a preview saves as its plan, where it is told a file for it. */
  readonly plan?: string;
  /** An answer of another kind. */
  readonly raw?: { readonly stdout?: string; readonly stderr?: string; readonly exitCode: number };
}

export interface FakePulumi {
  /** Folder of an executable named `pulumi`, to be put on a path. It goes with the test. */
  readonly folder: string;
  /** Every call so far: its words, the folder that it was made in, and the update's time where it was told one. */
  calls(): readonly { readonly words: readonly string[]; readonly cwd: string; readonly updateTime?: string }[];
}

/**
 * Recorded from Pulumi 3.265: `pulumi stack output --json`, and what it says without a login and without the stack. A
 * preview and an update print their first line.
 */
const script = `
const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const words = process.argv.slice(2);
const call = { words, cwd: process.cwd(), updateTime: process.env.ROLLOUT_UPDATE_TIME };
appendFileSync(join(__dirname, "calls"), JSON.stringify(call) + "\\n");
const { stacks = {}, loggedIn = true, plan, raw } = JSON.parse(readFileSync(join(__dirname, "answers.json"), "utf8"));
const end = ({ stdout = "", stderr = "", exitCode }) => {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = exitCode;
};
const stack = words[words.indexOf("--stack") + 1];
const savedPlan = words.indexOf("--save-plan");
const starts = { preview: "Previewing update", up: "Updating" };
if (plan !== undefined && savedPlan !== -1) writeFileSync(words[savedPlan + 1], plan);
if (raw !== undefined) end(raw);
else if (starts[words[0]] !== undefined) end({ stdout: starts[words[0]] + " (" + stack + "):\\n", exitCode: 0 });
else if (words.slice(0, 2).join(" ") !== "stack output" || !words.includes("--json"))
  end({ stderr: 'error: unknown command "' + words.join(" ") + '" for "pulumi"\\n', exitCode: 2 });
else if (!loggedIn)
  end({ stderr: "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\\n", exitCode: 3 });
else if (stacks[stack] === undefined) end({ stderr: "error: no stack named '" + stack + "' found\\n", exitCode: 6 });
else end({ stdout: JSON.stringify(stacks[stack], null, 2) + "\\n", exitCode: 0 });
`;

/** A Pulumi CLI for one test: a process of its own, which prints what it is told. */
export function fakePulumi(answers: FakePulumiAnswers): FakePulumi {
  const folder = mkdtempSync(join(tmpdir(), "fake-pulumi-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "answers.json"), JSON.stringify(answers));
  writeFileSync(join(folder, "calls"), "");
  const path = join(folder, "pulumi");
  writeFileSync(path, `#!${process.execPath}\n${script}`);
  chmodSync(path, 0o755);
  return {
    folder,
    calls: () =>
      readFileSync(join(folder, "calls"), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line)),
  };
}
