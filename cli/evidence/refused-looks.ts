import { readFile } from "node:fs/promises";
import { z } from "zod";
import { committedRefusedLooks } from "../../infra/rollout/refused-looks.ts";
import type { Stage } from "../../rollout/names.ts";

const counts = z.looseObject({ requests: z.number(), errors: z.number() }).readonly();

/** A line of `refused-looks.jsonl`: what a gate was shown when it refused. */
const refusedLookSchema = z
  .looseObject({
    at: z.iso.datetime(),
    wanted: z.looseObject({ liveColour: z.string(), weightPercent: z.number() }).readonly(),
    verdict: z.string().optional(),
    candidate: counts.optional(),
    live: counts.optional(),
    refusals: z.array(z.looseObject({ rule: z.string(), message: z.string() }).readonly()).readonly(),
  })
  .readonly();

export type RefusedLook = z.output<typeof refusedLookSchema>;

/** The looks that a gate refused, oldest first, and how many lines of the file are no such look. */
export interface RefusedLooks {
  readonly looks: readonly RefusedLook[];
  readonly unreadable: number;
}

/** Reads a stage's file. A line that was cut off is counted, and the rest is read. None if the file does not exist. */
export async function readRefusedLooks(projectFolder: string, stage: Stage): Promise<RefusedLooks> {
  const text = await readFile(committedRefusedLooks(projectFolder, stage), "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  });
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const looks = lines.flatMap((line) => parseLook(line) ?? []);
  return {
    looks: looks.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at)),
    unreadable: lines.length - looks.length,
  };
}

function parseLook(line: string): RefusedLook | undefined {
  try {
    return refusedLookSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
