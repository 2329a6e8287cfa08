import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { editSettings } from "../../infra/config/apply-settings.ts";
import { projectName, stackFileName } from "../../infra/config/config-keys.ts";
import { readStageConfig } from "../../infra/config/read-stage-config.ts";
import type { Stage, StageConfig } from "../../infra/config/schema/stage-config.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import { writeStackFile } from "./write-stack-file.ts";

/** A stage's stack file. */
export interface StackFile {
  /** `Pulumi.<stage>.yaml`. */
  readonly name: string;
  read(): Promise<string>;
  /** Replaces the whole text at once. */
  write(text: string): Promise<void>;
  /**
   * The config as the program will read it.
   *
   * @param settings what differs from the file, by key
   * @throws {ConfigError} that tells every problem at once
   */
  readConfig(settings?: Readonly<Record<string, unknown>>): StageConfig;
}

/** @param projectFolder absolute */
export function openStackFile(projectFolder: string, stage: Stage): StackFile {
  const name = stackFileName(stage);
  const path = join(projectFolder, name);
  return {
    name,
    read: () => readFile(path, "utf8"),
    write: (text) => writeStackFile(path, text),
    readConfig(settings = {}) {
      const stackFile = editSettings(readStackFile(projectFolder, stage), settings);
      return readStageConfig({ stack: stage, project: projectName, values: stackFile.values, stackFile });
    },
  };
}
