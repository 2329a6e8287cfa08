import type { StageConfig } from "../../infra/config/schema/stage-config.ts";

type AcceptanceConfig = StageConfig["acceptance"];

/** Names of a form's columns. */
export const formColumns = ["part", "item", "result", "note"] as const;

/** What can be written into the column `result`. `difficulty`: it worked, and not as one would like it to. */
export const formResults = ["pass", "difficulty", "fail"] as const;

/** One line of a form. */
interface FormLine {
  readonly part: "checklist" | "device" | "scenario" | "decision";
  readonly item: string;
}

/** Who gets a form, and what stands in it. */
export interface Form {
  /** `qa`, or `beta-user-3`: no person's name. */
  readonly who: string;
  readonly isTeam: boolean;
  readonly lines: readonly FormLine[];
}

/** What a form ends with. */
const decision: FormLine = { part: "decision", item: "This release may go to production" };

/** The forms of a stage: a team goes through checklist, devices and scenarios, a beta user through the scenarios (guide T5, T6). */
export function formsOf({ teams, betaUsers, devices, checklist, scenarios }: AcceptanceConfig): readonly Form[] {
  const tried = scenarios.map((item): FormLine => ({ part: "scenario", item }));
  const checked = checklist.map((item): FormLine => ({ part: "checklist", item }));
  const seen = devices.map((device): FormLine => ({ part: "device", item: `the checklist's main steps on ${device}` }));
  return [
    ...teams.map((who) => ({ who, isTeam: true, lines: [...checked, ...seen, ...tried, decision] })),
    ...Array.from({ length: betaUsers }, (_, index) => {
      return { who: `beta-user-${index + 1}`, isTeam: false, lines: [...tried, decision] };
    }),
  ];
}

/** A form as CSV, with nothing filled in. @see RFC 4180 */
export function formText({ lines }: Form): string {
  const rows = lines.map(({ part, item }) => [part, item, "", ""]);
  return [formColumns, ...rows]
    .map((row) => row.map(cell).join(","))
    .join("\r\n")
    .concat("\r\n");
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
