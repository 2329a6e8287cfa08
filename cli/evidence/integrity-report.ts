import { z } from "zod";
import { stages } from "../../rollout/names.ts";

function object<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape).readonly();
}

const finding = object({ what: z.string(), result: z.enum(["pass", "fail", "not checked"]), found: z.string() });

const state = object({
  rows: z.number(),
  checksum: z.string().optional(),
  columns: z.array(z.string()).readonly().optional(),
});

/** What `integrity` found of a database at one moment: the state before a change that a later run is compared with. */
export const integrityReportSchema = object({
  version: z.literal(1),
  stage: z.enum(stages),
  /** ISO 8601 instant. */
  at: z.iso.datetime(),
  /** Who ran it. */
  by: z.string(),
  /** The database and the role that was logged in as. */
  database: z.string(),
  user: z.string(),
  /** File that it was compared with. */
  comparedWith: z.string().nullable(),
  /** By table. */
  tables: z.record(z.string(), state).readonly(),
  findings: z.array(finding).readonly(),
});

/** One run of `integrity`. */
export type IntegrityReport = z.output<typeof integrityReportSchema>;

/** Name of its file, which sorts by time among its like. */
export function integrityReportFileName({ at }: Pick<IntegrityReport, "at">): string {
  return `integrity-${at.replace(/\.\d+Z$/, "Z").replaceAll(":", "-")}.json`;
}
