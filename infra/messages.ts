import { ruleName } from "../rollout/names.ts";
import { projectName } from "./config/config-keys.ts";
import type { Stage } from "./config/schema/stage-config.ts";
import { stageName } from "./naming.ts";

/** What an error says, to be put into the middle of a sentence: one line, without a full stop at its end. */
export function failureText(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .trim()
    .replace(/\s*\n\s*/g, " ")
    .replace(/\.$/, "");
}

/** The line that returns all public traffic to the live colour, with no need of Pulumi. */
export function rollbackCommand(stage: Stage): string {
  return `npm run rollout -- rollback --stage ${stage}`;
}

/** The way out of a lookup that fails while traffic is with a bad candidate. */
export function takeBackHint(stage: Stage): string {
  return `To return all traffic to the live colour now, without this update, run ${rollbackCommand(stage)}.`;
}

/**
 * The line that reads the public rule from AWS into the engine's state, and then writes rule and record.
 *
 * It names the rule as its only target. A plain `--refresh` reads everything, and what is inside the database can be read
 * only through a tunnel and with a password.
 */
export function refreshRuleCommand(stage: Stage): string {
  return `npx pulumi up --refresh --target '${publicRuleUrn(stage)}' --stack ${stage}`;
}

/**
 * The line that makes the public rule again where it was deleted, and updates what names it: the rollback's machine and
 * address.
 */
export function recreateRuleCommand(stage: Stage): string {
  return `npx pulumi up --refresh --target '${publicRuleUrn(stage)}' --target-dependents --stack ${stage}`;
}

/** The URN of the public rule (components/traffic): resources of a stack are known by it before they exist. */
function publicRuleUrn(stage: Stage): string {
  const type = "celebrant:traffic:Traffic$aws:lb/listenerRule:ListenerRule";
  return `urn:pulumi:${stage}::${projectName}::${type}::${ruleName(stageName(stage), "public")}`;
}
