import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeFakeProgram } from "./write-fake-program.ts";

/** What the fake answers. Without `raw` it answers as the CLI does, in its words and with its exit codes. */
export interface FakePulumiAnswers {
  /** Outputs by stack; a stack that is not named does not exist. */
  readonly stacks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly loggedIn?: boolean;
  /** What a preview saves as its plan, where it is told a file for it. */
  readonly plan?: string;
  /** A command that goes on until it is interrupted, and then ends well all the same. */
  readonly endsOnInterrupt?: "preview";
  /** An answer of another kind. */
  readonly raw?: { readonly stdout?: string; readonly stderr?: string; readonly exitCode: number };
}

export interface FakePulumi {
  /** Folder of an executable named `pulumi`, to be put on a path. */
  readonly folder: string;
  /** Every call so far: its words, the folder that it was made in, and what it was told of time and verdict. */
  calls(): readonly {
    readonly words: readonly string[];
    readonly cwd: string;
    readonly updateTime?: string;
    readonly gateFile?: string;
  }[];
}

/**
 * Recorded from Pulumi 3.265: `pulumi stack output --json`, and what it says without a login and without the stack; from
 * 3.260, with a state in a folder: `pulumi version`, `pulumi whoami --json` and `pulumi stack ls --json`. A
 * preview and an update print their first line. `pulumi config set --secret` takes the secret from standard input and writes
 * the stack file anew; the fake's ciphertext is the secret in base64.
 */
const script = `
const { appendFileSync, readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const words = process.argv.slice(2);
const { stacks = {}, loggedIn = true, plan, raw, endsOnInterrupt } = JSON.parse(readFileSync(join(__dirname, "answers.json"), "utf8"));
const wait = words[0] === endsOnInterrupt ? setInterval(() => {}, 1000) : undefined;
if (wait !== undefined) process.on("SIGINT", () => clearInterval(wait));
const call = { words, cwd: process.cwd(), updateTime: process.env.ROLLOUT_UPDATE_TIME, gateFile: process.env.ROLLOUT_GATE_FILE };
appendFileSync(join(__dirname, "calls"), JSON.stringify(call) + "\\n");
const end = ({ stdout = "", stderr = "", exitCode }) => {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = exitCode;
};
const stack = words[words.indexOf("--stack") + 1];
const savedPlan = words.indexOf("--save-plan");
const starts = { preview: "Previewing update", up: "Updating" };
if (plan !== undefined && savedPlan !== -1) writeFileSync(words[savedPlan + 1], plan);
const isSecretSet = words[0] === "config" && words[1] === "set" && words.includes("--secret");
if (raw !== undefined) end(raw);
else if (isSecretSet) {
  const file = "Pulumi." + stack + ".yaml";
  const salt = readFileSync(file, "utf8").match(/"encryptionsalt":"([^"]*)"/)?.[1] ?? "v1:new";
  const ciphertext = "v1:" + Buffer.from(readFileSync(0, "utf8")).toString("base64");
  const lines = ["encryptionsalt: " + salt, "config:", "  " + words.at(-1) + ":", "    secure: " + ciphertext, ""];
  writeFileSync(file, lines.join("\\n"));
}
else if (starts[words[0]] !== undefined) end({ stdout: starts[words[0]] + " (" + stack + "):\\n", exitCode: 0 });
else if (words[0] === "version") end({ stdout: "v3.265.0\\n", exitCode: 0 });
else if (!loggedIn && (words[0] === "whoami" || words[1] === "ls"))
  end({ stderr: "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\\n", exitCode: 3 });
else if (words[0] === "whoami") end({ stdout: JSON.stringify({ user: "ana", url: "file:///state" }, null, 2) + "\\n", exitCode: 0 });
else if (words[0] === "stack" && words[1] === "ls")
  end({ stdout: JSON.stringify(Object.entries(stacks).map(([name, outputs]) => ({ name, current: false, resourceCount: Object.keys(outputs).length }))) + "\\n", exitCode: 0 });
else if (words.slice(0, 2).join(" ") !== "stack output" || !words.includes("--json"))
  end({ stderr: 'error: unknown command "' + words.join(" ") + '" for "pulumi"\\n', exitCode: 2 });
else if (!loggedIn)
  end({ stderr: "error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions\\n", exitCode: 3 });
else if (stacks[stack] === undefined) end({ stderr: "error: no stack named '" + stack + "' found\\n", exitCode: 6 });
else end({ stdout: JSON.stringify(stacks[stack], null, 2) + "\\n", exitCode: 0 });
`;

/** Writes an executable `pulumi` into a folder that exists. */
export function writeFakePulumi(folder: string, answers: FakePulumiAnswers): FakePulumi {
  writeFileSync(join(folder, "answers.json"), JSON.stringify(answers));
  return { folder, calls: writeFakeProgram(folder, "pulumi", script) };
}
