import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { problemsOf } from "./fixture-config.ts";

/** An edit of a stack file that breaks a rule, and what must be told of it. */
export interface RuleCase {
  readonly breach: string;
  readonly stage: Stage;
  readonly set: Readonly<Record<string, unknown>>;
  /** Key, value, rule and fix of each problem. */
  readonly told: readonly (readonly [key: string, value: string, rule: string, fix: string])[];
}

/** What is told of a case's edit, in the form of its `told`. */
export function told({ stage, set }: RuleCase) {
  return problemsOf(stage, set).map(({ key, value, rule, fix }) => [
    key.replace("celebrant-portal:", ""),
    value,
    rule,
    fix,
  ]);
}

/** The command that sets one value of a stack. */
export function set(stage: Stage, words: string): string {
  return `pulumi config set --stack ${stage} ${words}`;
}
