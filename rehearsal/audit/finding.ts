import type { Stage } from "../../rollout/names.ts";

/** What judges, by the name under which a reader looks it up. */
export type Judge = "checkov" | "cloudsplaining" | "zizmor" | "actionlint" | "licence" | "npm audit";

/** One thing that a judge objects to. */
export interface Finding {
  readonly judge: Judge;
  /** The judge's own id of what it looks for, such as `CKV_AWS_158`. */
  readonly id: string;
  /** The stage whose plan it was found in; absent where it is not about a plan. */
  readonly stage?: Stage;
  /** What it was found in, as an explanation names it: a resource, a workflow's file, a package. */
  readonly subject: string;
  /** The same for a reader: with type and full name, or with a line. */
  readonly where: string;
  /** What is wrong, as a sentence without its full stop. */
  readonly message: string;
  /** A page about it. */
  readonly page?: string;
}

/** What a step of the audit says: what it found, or why it could not look. */
export type StepReport =
  | {
      readonly title: string;
      /** What was judged and by which version, for the step's one line. */
      readonly judged: string;
      /** The judges that looked. An explanation of another judge is not stale because nothing was found. */
      readonly judges: readonly Judge[];
      readonly findings: readonly Finding[];
    }
  /** Nobody looked, and that is no fault of this machine. It is no pass either. */
  | { readonly title: string; readonly unchecked: string }
  /** Something is missing here. The audit ends with 2. */
  | { readonly title: string; readonly missing: string };
