import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, isMap, parseDocument } from "yaml";
import { openRescue, type RescueAws } from "../infra/aws/rescue.ts";
import { projectName, stackFileName } from "../infra/config/config-keys.ts";
import type { Stage } from "../infra/config/schema/stage-config.ts";
import { latchParameter, rollbackAddressParameter } from "../infra/naming.ts";
import { defaultTimeZone, isTimeZone } from "../rollout/time.ts";
import { findPair } from "./stack-file/yaml-text.ts";

/**
 * Opens AWS for a rollback, from the stack file alone. Only the region and the time zone are read from the file: a mistake elsewhere in it
 * must not keep anybody from rolling back.
 *
 * @throws {Error} if the file names no region
 */
export async function openStageRescue(projectFolder: string, stage: Stage): Promise<RescueAws> {
  const name = stackFileName(stage);
  const text = await readFile(join(projectFolder, name), "utf8");
  const region = stageRegion(text);
  if (region === undefined) {
    throw new Error(
      `${name} names no AWS region. Write one under ${projectName}:aws, such as "region: ap-southeast-2".`,
    );
  }
  const { path, name: latch } = latchParameter(projectName, stage);
  return openRescue({
    region,
    timeZone: stageTimeZone(text),
    names: { path, latch, address: rollbackAddressParameter(projectName, stage).name },
  });
}

/** The zone that people read times in. A mistake in it costs nothing but the wrong hour in front of UTC's. */
export function stageTimeZone(text: string): string {
  const [, named] = /^\s*["']?[\w-]+:timeZone["']?:\s*["']?([\w/+-]+)/m.exec(text) ?? [];
  return named !== undefined && isTimeZone(named) ? named : defaultTimeZone;
}

/**
 * The AWS region that a stack file names, even if there is a mistake elsewhere in the file, such as the marks of a merge:
 * from the parsed document if possible, otherwise from the text.
 *
 * @returns undefined if it names none
 */
export function stageRegion(text: string): string | undefined {
  const document = parseDocument(text, { logLevel: "silent" });
  try {
    return inDocument(document) ?? (document.errors.length > 0 ? inText(text) : undefined);
  } catch {
    // The block is there twice, in two spellings of its key.
    return inText(text);
  }
}

function inDocument(document: Document): string | undefined {
  const config = document.get("config");
  const aws = isMap(config) ? findPair(config, "aws")?.value : undefined;
  const region = isMap(aws) ? aws.get("region") : undefined;
  return typeof region === "string" && region !== "" ? region : undefined;
}

/** The first `region:` after the block's key. */
function inText(text: string): string | undefined {
  const block = /^\s*["']?(?:\S+:)?aws["']?:[\s\S]*?\bregion:\s*["']?([a-z]{2}(?:-[a-z]+)+-\d+)\b/m;
  return block.exec(text)?.[1];
}
