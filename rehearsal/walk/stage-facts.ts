import { fileURLToPath } from "node:url";
import { projectName } from "../../infra/config/config-keys.ts";
import { readStageConfig } from "../../infra/config/read-stage-config.ts";
import type { Stage, StageConfig } from "../../infra/config/schema/stage-config.ts";
import { editSettings, readStackFile } from "../../infra/config/stack-file.ts";

/** A stage's config as the program will read it: the committed file and the rehearsal's settings. */
export function readStageFacts(stage: Stage, settings: Readonly<Record<string, unknown>>): StageConfig {
  const committed = readStackFile(fileURLToPath(new URL("../../", import.meta.url)), stage);
  const stackFile = editSettings(committed, settings);
  return readStageConfig({ stack: stage, project: projectName, values: stackFile.values, stackFile });
}
