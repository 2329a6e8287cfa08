import { z } from "zod";
import { type Colour, colours } from "../../rollout/colour.ts";
import type { FeedbackAnswer, FeedbackSubject } from "../../rollout/gate/feedback.ts";
import { visibly } from "../../rollout/plain-text.ts";
import { CsvProblem, readCsv } from "../read-csv.ts";

/** What an answer's words are held against. */
export interface FeedbackContext {
  /** Digests by colour; null for a colour without a release. */
  readonly images: Readonly<Record<Colour, string | null>>;
  /** What people call them. */
  readonly labels: Readonly<Record<Colour, string | null>>;
  readonly hosts: { readonly public: readonly string[]; readonly candidate: string };
  /** Whose tasks answer on the candidate's own host. */
  readonly candidate: Colour;
}

/** Names of the columns that are read. Whatever else a form writes, such as names and comments, is left out. */
const columns = ["time", "release", "host", "rating"] as const;

/** Most problems that are named one by one. */
const mostTold = 10;

const instant = z.iso.datetime({ offset: true });

/**
 * Reads users' answers from CSV with a head line: `time` (ISO 8601 with its zone), `rating` (1 to 5, `ok` or `problem`), and
 * `release` (a colour, a label, or the first digits of a digest) or `host`. Further columns are not read.
 *
 * @throws {CsvProblem} naming every problem with its line, and quoting none of what users wrote
 */
export function parseFeedback(text: string, context: FeedbackContext): readonly FeedbackAnswer[] {
  const rows = rowsOf(text);
  const problems: string[] = [];
  const answers = rows.flatMap(({ line, row }): FeedbackAnswer[] => {
    const at = instant.safeParse(row.time);
    const subject = subjectOf(row, context);
    const isProblem = problemIn(row.rating);
    if (!at.success)
      problems.push(`line ${line}: time must be ISO 8601 with its zone, such as 2026-12-07T10:20:00+11:00`);
    if (subject === undefined) {
      problems.push(
        `line ${line}: release must be blue, green, a label or at least 7 digits of a digest of this stage, or host one of its hosts`,
      );
    }
    if (isProblem === undefined) problems.push(`line ${line}: rating must be 1 to 5, ok or problem`);
    if (!at.success || subject === undefined || isProblem === undefined) return [];
    return [{ at: Date.parse(at.data), subject, isProblem }];
  });
  if (problems.length === 0) return answers;
  const more = problems.length > mostTold ? [`and ${problems.length - mostTold} more`] : [];
  throw new CsvProblem([...problems.slice(0, mostTold), ...more].join("; "));
}

type Row = Readonly<Record<(typeof columns)[number], string>>;

function rowsOf(text: string): readonly { readonly line: number; readonly row: Row }[] {
  const columnsOf = (head: readonly string[]) => {
    const names = head.map((name) => name.trim());
    checkHead(names);
    return names.map((name) => (columns as readonly string[]).includes(name) && name);
  };
  return readCsv(text, { columnsOf }).map(({ line, cells }) => {
    return { line, row: { time: "", release: "", host: "", rating: "", ...cells } };
  });
}

function checkHead(names: readonly string[]): void {
  const missing = [
    ...["time", "rating"].filter((name) => !names.includes(name)),
    ...(names.includes("release") || names.includes("host") ? [] : ["release or host"]),
  ];
  const twice = columns.filter((name) => names.indexOf(name) !== names.lastIndexOf(name));
  const problems = [
    ...missing.map((name) => `the first line lacks the column ${name}`),
    ...twice.map((name) => `the first line has the column ${name} twice`),
  ];
  if (problems.length > 0) throw new CsvProblem(problems.join("; "));
}

function subjectOf({ release, host }: Row, context: FeedbackContext): FeedbackSubject | undefined {
  if (release !== "") return colourOf(release, context);
  if (host === context.hosts.candidate) return context.candidate;
  return context.hosts.public.includes(host) ? "either" : undefined;
}

function colourOf(release: string, { images, labels }: FeedbackContext): Colour | undefined {
  const digits = release.replace(/^sha256:/, "");
  const isDigest = /^[0-9a-f]{7,64}$/.test(digits);
  return (
    colours.find((colour) => colour === release) ??
    colours.find((colour) => labels[colour] === release) ??
    (isDigest ? colours.find((colour) => images[colour]?.replace(/^sha256:/, "").startsWith(digits)) : undefined)
  );
}

function problemIn(rating: string): boolean | undefined {
  const word = visibly(rating).toLowerCase();
  if (word === "ok" || word === "problem") return word === "problem";
  return /^[1-5]$/.test(word) ? Number(word) <= 2 : undefined;
}
