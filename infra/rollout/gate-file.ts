import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { gateInputSchema } from "../../rollout/gate/gate-input.ts";
import { exposureFiguresSchema, findingSchema, verdictSchema } from "../../rollout/gate/verdict.ts";
import { gateFiguresSchema } from "../../rollout/record.ts";

/**
 * Environment variable that names a file for the gate's verdict: the program writes it there as JSON, whether or not it lets
 * the move through. The commands name one.
 *
 * An update that is bound to a saved plan must write the same figures into the record as the preview did. It takes them
 * from this file, where the preview's time is its own, and asks the gate again all the same.
 */
export const gateFileVariable = "ROLLOUT_GATE_FILE";

const instant = z.iso.datetime();

/** A gate's verdict and all that it rests on: a reader can judge the input again. */
export const askedGateSchema = z
  .strictObject({
    window: z.strictObject({ from: instant, until: instant, seconds: z.number() }).nullable(),
    input: gateInputSchema,
    verdict: verdictSchema,
    findings: z.array(findingSchema).readonly(),
    /** Where requests pass by exposure and not by the threshold. */
    exposure: exposureFiguresSchema.optional(),
  })
  .readonly();

const gateFileSchema = z
  .strictObject({
    /** The update's one clock. */
    at: instant,
    /** What the program refused, a message each; empty where it let the move through. */
    refusals: z.array(z.strictObject({ rule: z.string(), message: z.string() }).readonly()).readonly(),
    /** The stack file's lines that the refusals speak of, with their places. Absent in files of older versions. */
    lines: z.array(z.string()).readonly().optional(),
    /** Messages of what a written reason let through. */
    overridden: z.array(z.string()).readonly(),
    /** Null where the gate was not asked: no rise, or AWS could not be read. */
    gate: askedGateSchema.nullable(),
    /** What the record says of the gate, from the first time that it was asked for this update. */
    figures: gateFiguresSchema.nullable(),
    /** What the record says that a written reason let through, from that same time. */
    overrode: z.array(z.string()).readonly(),
  })
  .readonly();

/** What the program says of a move to whoever named the file. */
export type GateFile = z.output<typeof gateFileSchema>;

/** The file of the verdict, wherever it is kept. */
export interface GateFileAccess {
  /** Undefined where nothing was written, or another version of the program did. */
  read(): GateFile | undefined;
  write(content: GateFile): void;
}

/** The file at a path; undefined where none is named. */
export function openGateFile(path: string | undefined): GateFileAccess | undefined {
  if (path === undefined || path === "") return undefined;
  return {
    read() {
      try {
        return gateFileSchema.safeParse(JSON.parse(readFileSync(path, "utf8"))).data;
      } catch {
        return undefined;
      }
    },
    write(content) {
      writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
    },
  };
}
