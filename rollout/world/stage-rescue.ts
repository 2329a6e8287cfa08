import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { stackFileName } from "../../infra/config/problems/fix.ts";
import { projectName } from "../../infra/config/project-name.ts";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { latchParameter, rollbackAddressParameter } from "../../infra/naming.ts";
import { openRescue } from "../aws/open-rescue.ts";
import type { RescuePort } from "../ports/rescue.ts";

/**
 * Finds where a stage's rollback begins from its stack file alone. Of the file only the region is read: a mistake
 * elsewhere in it must not keep anybody from rolling back.
 *
 * @throws {Error} where the file names no region
 */
export async function openStageRescue(projectFolder: string, stage: Stage): Promise<RescuePort> {
  const name = stackFileName(stage);
  const file: unknown = parse(await readFile(join(projectFolder, name), "utf8"));
  const region = at(at(at(file, "config"), `${projectName}:aws`), "region");
  if (typeof region !== "string") {
    throw new Error(`${name} names no region: write ${projectName}:aws with a region such as ap-southeast-2.`);
  }
  const { path, name: latch } = latchParameter(projectName, stage);
  return openRescue({ region, names: { path, latch, address: rollbackAddressParameter(projectName, stage).name } });
}

function at(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}
