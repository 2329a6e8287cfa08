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
 * @param folder where it stands. Default the tests' own
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

/** What is wrong with a stack file of the tests after some values are replaced; nothing when it is accepted. */
export function problemsOf(stage: Stage, set: Readonly<Record<string, unknown>>): readonly Problem[] {
  try {
    readConfig(stage, set);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
