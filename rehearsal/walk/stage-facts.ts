import { editSettings } from "../../infra/config/apply-settings.ts";
import { projectName } from "../../infra/config/config-keys.ts";
import { readStageConfig } from "../../infra/config/read-stage-config.ts";
import type { Stage, StageConfig } from "../../infra/config/schema/stage-config.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";

/**
 * A stage's config as the program will read it: the stack file and the rehearsal's settings.
 *
 * @param projectFolder folder with the stack file
 */
export function readStageFacts(
  projectFolder: string,
  stage: Stage,
  settings: Readonly<Record<string, unknown>>,
): StageConfig {
  const stackFile = editSettings(readStackFile(projectFolder, stage), settings);
  return readStageConfig({ stack: stage, project: projectName, values: stackFile.values, stackFile });
}
