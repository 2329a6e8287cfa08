import { z } from "zod";

/** The least share of the mutants that are no equivalents that the tests must notice, per cent. */
export const leastKilledPercent = 95;

/**
 * What a report of Stryker says of each mutant.
 *
 * @see mutation-testing-report-schema, "MutantResult"
 */
const reportSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          mutatorName: z.string(),
          replacement: z.string().optional(),
          status: z.enum([
            "Killed",
            "Survived",
            "NoCoverage",
            "Timeout",
            "RuntimeError",
            "CompileError",
            "Ignored",
            "Pending",
          ]),
          statusReason: z.string().optional(),
          location: z.object({
            start: z.object({ line: z.number(), column: z.number() }),
            end: z.object({ line: z.number(), column: z.number() }),
          }),
        }),
      ),
    }),
  ),
});

export type MutationReport = z.infer<typeof reportSchema>;
type ReportedFile = MutationReport["files"][string];
type Mutant = ReportedFile["mutants"][number];

/** @throws {z.ZodError} where it is no report of Stryker */
export function readMutationReport(text: string): MutationReport {
  return reportSchema.parse(JSON.parse(text));
}

/** How the mutants of a part fared. */
export interface MutationScore {
  readonly killed: number;
  /** Also those that no test runs. */
  readonly survived: number;
  /** Marked in the source, each with the reason why no test could tell it from the code. */
  readonly equivalent: number;
  /** In code that runs only while its file is loaded, which a quick run leaves out. */
  readonly notTried: number;
}

/** How Stryker says that a whole kind of mutant was not asked for. Any other reason is one of the source. */
const notAskedFor = /^Ignored because of excluded mutation /;
/** How it says that it left a mutant out because every test would have to run. */
const leftOut = /^Static mutant /;

/**
 * Counts a report. Killed is what a test run notices: a test fails, the tests cannot be loaded, or they do not end.
 *
 * @throws {RangeError} if a mutant was not tried
 */
export function scoreOf({ files }: MutationReport): MutationScore {
  const score = { killed: 0, survived: 0, equivalent: 0, notTried: 0 };
  for (const [path, { mutants }] of Object.entries(files)) {
    for (const { status, statusReason = "", location } of mutants) {
      if (status === "Pending")
        throw new RangeError(`${path}:${location.start.line} holds a mutant that was not tried.`);
      if (status === "Ignored") {
        if (leftOut.test(statusReason)) score.notTried += 1;
        else if (!notAskedFor.test(statusReason)) score.equivalent += 1;
      } else if (status === "Survived" || status === "NoCoverage") score.survived += 1;
      else score.killed += 1;
    }
  }
  return score;
}

/** The share of the mutants that are no equivalents that was killed, per cent; 0 where there is none. */
export function killedPercent({ killed, survived }: MutationScore): number {
  return killed + survived === 0 ? 0 : (100 * killed) / (killed + survived);
}

/** Whether enough of them were killed. A part without any mutant was not measured, and that is not enough. */
export function isEnough(score: MutationScore): boolean {
  return killedPercent(score) >= leastKilledPercent;
}

/** The mutants that no test noticed, a line each: where, what stands there, and what stood in its place. */
export function survivorLines({ files }: MutationReport): string[] {
  return Object.entries(files).flatMap(([path, file]) =>
    file.mutants
      .filter(({ status }) => status === "Survived" || status === "NoCoverage")
      .map((mutant) => `${path}:${mutant.location.start.line} ${describe(file, mutant)}`),
  );
}

function describe({ source }: ReportedFile, { mutatorName, replacement = "", status, location }: Mutant): string {
  const { start, end } = location;
  const first = source.split("\n")[start.line - 1] ?? "";
  const stands = start.line === end.line ? first.slice(start.column - 1, end.column - 1) : `${first.trim()} …`;
  const told = status === "NoCoverage" ? ", which no test runs" : "";
  return `${mutatorName}: ${shortened(stands)} → ${shortened(replacement)}${told}`;
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}
