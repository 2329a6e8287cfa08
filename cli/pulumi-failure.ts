import { stripVTControlCharacters } from "node:util";
import type { Stage } from "../infra/config/schema/stage-config.ts";
import { plainLines } from "../rollout/plain-text.ts";
import type { ProcessResult } from "./process.ts";

/**
 * Pulumi's exit codes.
 *
 * @see Pulumi CLI Exit Codes, https://www.pulumi.com/docs/iac/cli/exit-codes/: the same since 3.226.1
 */
const exitCodes = { notLoggedIn: 3, stackMissing: 6 } as const;

/** What Pulumi says of a stack that is being updated: first its own service, then every other backend. */
const locked = /\[409\] Conflict: Another update|the stack is currently locked/;

/** What Pulumi prints when it is interrupted. */
const interrupted = /\^C received; /;

/** What a plan says of everything that an interrupted update did not reach. */
const unreached = /expected resource operations for .* but none were seen$/;

/** What `pulumi up` prints when its own preview is over and the update begins. */
const updating = /^Updating \(/m;

/**
 * Makes one readable error of a failed run of the CLI.
 *
 * @param words the command without the stack's name
 * @param failed how it ended, or why it could not start
 */
export function explainPulumi(stage: Stage, words: readonly string[], failed: ProcessResult | unknown): Error {
  const result = isResult(failed) ? failed : undefined;
  const ownErrors = pulumiDiagnostics(result?.stdout ?? "");
  const stderr = result?.stderr.trim() ?? "";
  const said = plainLines(
    ownErrors.length > 0 ? ownErrors.join("\n") : stderr || result?.stdout.trim() || messageOf(failed),
  );
  const error = (message: string) => new Error(message, result === undefined ? { cause: failed } : {});

  // The npm package `pulumi` fetches the CLI on first use. It says why it could not in its last line, in its own name.
  const [, fetching] = /(?:^|\n)pulumi: (.+)$/.exec(stderr) ?? [];
  if (codeOf(failed) === "ENOENT" || fetching !== undefined) {
    const install = "install it: https://www.pulumi.com/docs/install/";
    if (fetching === undefined) {
      return error(`The Pulumi CLI was not found. Run npm ci and then the command by npm run rollout, or ${install}`);
    }
    return error(
      `The Pulumi CLI could not be downloaded (${fetching}). npm's pulumi fetches it from get.pulumi.com when it is first run. Check the network and run the command again, or ${install}`,
    );
  }
  if (result?.exitCode === exitCodes.notLoggedIn) {
    return error(
      `Pulumi is not logged in, or you may not read the stack ${stage}. Run npx pulumi login, or set PULUMI_ACCESS_TOKEN or PULUMI_BACKEND_URL. Pulumi said: ${said}`,
    );
  }
  if (result?.exitCode === exitCodes.stackMissing) {
    return error(
      `The backend that Pulumi is logged in to has no stack ${stage}. Check the backend with npx pulumi whoami --verbose and npx pulumi stack ls. For a new stage, create the stack: npx pulumi stack init ${stage}. Pulumi said: ${said}`,
    );
  }
  if (locked.test(stderr)) {
    return error(
      `Another update of the stack ${stage} is running, or one was killed and left its lock. If nobody is updating the stack, run npx pulumi cancel --stack ${stage}, then run this command again. Pulumi said: ${said}`,
    );
  }
  if (interrupted.test(`${result?.stdout}${result?.stderr}`)) {
    const others = ownErrors.filter((one) => !unreached.test(one));
    const reason = others.length === 0 ? "" : ` Pulumi said: ${others.join("\n")}`;
    return error(`pulumi ${words[0]} was interrupted before it finished.${reason}`);
  }
  const isUnsaid = result !== undefined && ownErrors.length === 0 && stderr === "";
  if (words.includes("--plan") && (isUnsaid || ownErrors.some((one) => one.includes("violates plan:")))) {
    const changed = updating.test(result?.stdout ?? "")
      ? `Some changes may have been made: look with npm run rollout -- status --stage ${stage}.`
      : "Nothing was changed.";
    const reason = isUnsaid ? "" : ` Pulumi said: ${said}`;
    return error(
      `pulumi up stopped, because it would do something else than the preview showed a moment ago. ${changed} Run this command again.${reason}`,
    );
  }
  if (ownErrors.length > 0) return error(said);
  if (words[0] === "stack") {
    return error(
      `The outputs of the stack ${stage} could not be read: pulumi stack output failed. Pulumi said: ${said}`,
    );
  }
  return error(`pulumi ${words[0]} failed. Pulumi said: ${said}`);
}

function isResult(value: unknown): value is ProcessResult {
  return typeof value === "object" && value !== null && "exitCode" in value;
}

function codeOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "code" in value ? value.code : undefined;
}

function messageOf(value: unknown): string {
  return value instanceof Error ? value.message : "nothing";
}

/**
 * What went wrong, in the program's and the engine's own words, from what `pulumi preview` and `pulumi up` print: the
 * errors under "Diagnostics:" and the violations under "Policies:". An error of a resource begins with its name.
 *
 * A preview can print JSON instead, but without policy violations (Pulumi 3.260).
 *
 * @returns an empty list if the text has neither
 */
export function pulumiDiagnostics(text: string): string[] {
  const plain = stripVTControlCharacters(text);
  const policies = section(plain, "Policies:");
  const said = [
    ...errorsIn(section(plain, "Diagnostics:")),
    ...(policies.some((line) => line.includes("[mandatory]"))
      ? [["A policy is violated:", ...policies].join("\n").trimEnd()]
      : []),
  ];
  const causes = said.filter((one) => !summaries.has(one));
  return causes.length > 0 ? causes : said;
}

/** What the engine adds about the stack after it has said what failed. */
const summaries = new Set(["preview failed", "update failed"]);

/** The indented lines below a heading. */
function section(text: string, heading: string): string[] {
  const lines = text.split(/\r?\n/);
  const start = lines.lastIndexOf(heading);
  if (start === -1) return [];
  const body = lines.slice(start + 1);
  const end = body.findIndex((line) => /^\S/.test(line));
  return end === -1 ? body : body.slice(0, end);
}

/**
 * An error's first line begins with the word "error". Its other lines follow with the same indent or a deeper one, empty
 * lines too. A line without the indent ends the resource.
 */
function errorsIn(lines: readonly string[]): string[] {
  const errors: string[][] = [];
  let resource = "";
  let open: string[] | undefined;
  for (const line of lines) {
    const [, type, name] = /^ {2}(\S+) \((.+)\):$/.exec(line) ?? [];
    const [, first] = /^ {4}error: (.*)$/.exec(line) ?? [];
    if (type !== undefined) resource = type === "pulumi:pulumi:Stack" ? "" : `${name}: `;
    if (first !== undefined) {
      open = [`${resource}${first}`];
      errors.push(open);
    } else if (line.startsWith("    ") && !/^ {4}(?:warning|info): /.test(line)) open?.push(line.slice(4));
    else open = undefined;
  }
  return errors.map((error) => error.join("\n").trimEnd());
}
