import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { openRescue } from "../../infra/aws/open-rescue.ts";
import type { RescuePort } from "../../infra/aws/rescue.ts";
import { projectName, stackFileName } from "../../infra/config/config-keys.ts";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { latchParameter, rollbackAddressParameter } from "../../infra/naming.ts";
import { stageRegion } from "./stage-region.ts";

/**
 * Finds where a stage's rollback begins from its stack file alone. Of the file only the region is read: a mistake
 * elsewhere in it must not keep anybody from rolling back.
 *
 * @throws {Error} where the file names no region
 */
export async function openStageRescue(projectFolder: string, stage: Stage): Promise<RescuePort> {
  const name = stackFileName(stage);
  const region = stageRegion(await readFile(join(projectFolder, name), "utf8"));
  if (region === undefined) {
    throw new Error(`${name} names no region: write ${projectName}:aws with a region such as ap-southeast-2.`);
  }
  const { path, name: latch } = latchParameter(projectName, stage);
  return openRescue({ region, names: { path, latch, address: rollbackAddressParameter(projectName, stage).name } });
}
