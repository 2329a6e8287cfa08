import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { plainLines } from "../../rollout/plain-text.ts";
import { pulumiDiagnostics } from "./pulumi-diagnostics.ts";
import type { ProcessResult } from "./run-process.ts";

/**
 * Pulumi's exit codes.
 *
 * @see Pulumi CLI Exit Codes, https://www.pulumi.com/docs/iac/cli/exit-codes/: the same since 3.226.1
 */
const exitCodes = { notLoggedIn: 3, stackMissing: 6 } as const;

/** What Pulumi says of a stack that is being updated: its own service, then every other backend. */
const locked = /\[409\] Conflict: Another update|the stack is currently locked/;

/** What Pulumi prints when it is told to stop. */
const interrupted = /\^C received; /;

/** What a plan says of everything that an update did not come to. */
const unreached = /expected resource operations for .* but none were seen$/;

/** What `pulumi up` prints once its own preview is over and it begins. */
const updating = /^Updating \(/m;

/**
 * Makes one readable error of a failed run of the CLI.
 *
 * @param words the command without the stack's name
 * @param failed how it ended, or why it could not begin
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
    const reason = fetching === undefined ? "is not on the path" : `could not be fetched (${fetching})`;
    return error(
      `The Pulumi CLI ${reason}. Run the command by npm run rollout after npm ci, which brings it, or install it: https://www.pulumi.com/docs/install/`,
    );
  }
  if (result?.exitCode === exitCodes.notLoggedIn) {
    return error(
      `Pulumi is not logged in, or may not read the stack ${stage}. Run pulumi login, or set PULUMI_ACCESS_TOKEN or PULUMI_BACKEND_URL. It said: ${said}`,
    );
  }
  if (result?.exitCode === exitCodes.stackMissing) {
    return error(
      `The stack ${stage} is not in the backend that Pulumi is logged in to. Compare with pulumi whoami --verbose and pulumi stack ls, or create it: pulumi stack init ${stage}. It said: ${said}`,
    );
  }
  if (locked.test(stderr)) {
    return error(
      `Another update of the stack ${stage} is under way, or was killed and left its lock. If nobody is updating it, run npx pulumi cancel --stack ${stage}, and then this command again. It said: ${said}`,
    );
  }
  if (interrupted.test(`${result?.stdout}${result?.stderr}`)) {
    const others = ownErrors.filter((one) => !unreached.test(one));
    const reason = others.length === 0 ? "" : ` It said: ${others.join("\n")}`;
    return error(`pulumi ${words[0]} was interrupted before its end.${reason}`);
  }
  const isUnsaid = result !== undefined && ownErrors.length === 0 && stderr === "";
  if (words.includes("--plan") && (isUnsaid || ownErrors.some((one) => one.includes("violates plan:")))) {
    const changed = updating.test(result?.stdout ?? "")
      ? "It had begun to change things: compare with npm run rollout -- status"
      : "Nothing was changed";
    const reason = isUnsaid ? "" : ` It said: ${said}`;
    return error(
      `pulumi up stopped, because what it would do now is not what was planned a moment ago. ${changed}. Run the command again.${reason}`,
    );
  }
  if (ownErrors.length > 0) return error(said);
  if (words[0] === "stack") {
    return error(`The outputs of the stack ${stage} cannot be read: pulumi stack output failed. It said: ${said}`);
  }
  return error(`pulumi ${words[0]} failed. It said: ${said}`);
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
