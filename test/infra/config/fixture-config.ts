import { editSettings } from "../../../infra/config/apply-settings.ts";
import { projectName } from "../../../infra/config/config-keys.ts";
import { ConfigError, type Problem } from "../../../infra/config/problems/config-error.ts";
import { readStageConfig } from "../../../infra/config/read-stage-config.ts";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { readStackFile } from "../../../infra/config/stack-file.ts";
import { fixtureFolder } from "../../support/stack-files.ts";

/**
 * Reads a stack file with some values replaced.
 *
 * @param folder of the stack file. Default: the tests' own
 */
export function readConfig(stage: Stage, set: Readonly<Record<string, unknown>> = {}, folder = fixtureFolder) {
  const stackFile = editSettings(readStackFile(folder, stage), set);
  return readStageConfig({ stack: stage, project: projectName, values: stackFile.values, stackFile });
}

/** The error of reading something that must be refused. */
export function refusal(read: () => unknown): ConfigError {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("The config was accepted.");
}

/** The problems of a tests' stack file after some values are replaced. There are none when it is accepted. */
export function problemsOf(stage: Stage, set: Readonly<Record<string, unknown>>): readonly Problem[] {
  try {
    readConfig(stage, set);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

/** An edit of a stack file that breaks a rule, and the problems that must be reported. */
export interface RuleCase {
  readonly breach: string;
  readonly stage: Stage;
  readonly set: Readonly<Record<string, unknown>>;
  /** Key, value, rule and fix of each problem. */
  readonly told: readonly (readonly [key: string, value: string, rule: string, fix: string])[];
}

/** The problems of a case's edit, in the form of its `told`. */
export function told({ stage, set }: RuleCase) {
  return problemsOf(stage, set).map(({ key, value, rule, fix }) => [
    key.replace("celebrant-portal:", ""),
    value,
    rule,
    fix,
  ]);
}

/** The command that sets one value of a stack file. */
export function set(stage: Stage, words: string): string {
  return `npm run rollout -- set --stage ${stage} ${words}`;
}
