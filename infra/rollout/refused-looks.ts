import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Stage } from "../config/schema/stage-config.ts";
import type { GateFile } from "./gate-file.ts";

/** Environment variable that names another file for refused looks. Empty, it keeps none. */
export const refusedLooksVariable = "ROLLOUT_REFUSED_LOOKS_FILE";

/** The file that a stage's refused looks are committed in. */
export function committedRefusedLooks(projectFolder: string, stage: Stage): string {
  return join(projectFolder, "evidence", stage, "refused-looks.jsonl");
}

/**
 * The file that a stage's refused looks are appended to: by default the committed one of the project.
 *
 * @returns undefined where none are to be kept
 */
export function refusedLooksFile(
  environment: Readonly<Record<string, string | undefined>>,
  projectFolder: string,
  stage: Stage,
): string | undefined {
  const named = environment[refusedLooksVariable];
  if (named === undefined) return committedRefusedLooks(projectFolder, stage);
  return named === "" ? undefined : named;
}

/**
 * Appends what a gate was shown when it refused, as one line of JSON. A refusal writes no record, because nothing is
 * registered; without this line nobody would know later what was seen, and how often somebody asked.
 *
 * @param wanted what was asked for
 * @throws {Error} of the disk
 */
export function appendRefusedLook(
  file: string,
  wanted: { readonly liveColour: string; readonly weightPercent: number },
  { at, refusals, figures }: Pick<GateFile, "at" | "refusals" | "figures">,
): void {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `${JSON.stringify({ at, wanted, ...figures, refusals })}\n`);
}
