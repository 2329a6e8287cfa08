import { stripVTControlCharacters } from "node:util";
import { colours } from "../rollout/colour.ts";
import type { Split } from "../rollout/split.ts";

/** Standard output, for a command that shows more than one result. */
export interface Screen {
  /** Whether a person sees it. */
  readonly isTerminal: boolean;
  readonly write: (text: string) => unknown;
}

/** A column: its heading and whether it holds figures, which stand to the right. */
export interface Column {
  readonly heading: string;
  readonly figures?: boolean;
}

/** Columns that a table may take. A wider one is drawn in blocks. */
const widestTable = 80;

/**
 * Draws a table with columns as wide as they need to be. Cells may be coloured. One that is wider than 80 columns is drawn
 * as a block for each row: the first cell, and below it the others, each with its heading.
 */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...rows.map((row) => shownLength(row[index] ?? ""))),
  );
  const width = widths.reduce((sum, each) => sum + each + between.length, -between.length);
  if (width > widestTable) return rows.flatMap((row) => block(columns, row));
  const draw = (cells: readonly string[]) =>
    columns
      .map(({ figures }, index) => padded(cells[index] ?? "", widths[index] ?? 0, figures))
      .join(between)
      .trimEnd();
  const rule = widths.map((each) => "─".repeat(each)).join(between);
  return [draw(columns.map(({ heading }) => heading)), rule, ...rows.map(draw)];
}

const between = "  ";

function block(columns: readonly Column[], row: readonly string[]): string[] {
  const [, ...others] = columns;
  const width = Math.max(...others.map(({ heading }) => heading.length));
  const [first = "", ...cells] = row;
  return [first, ...others.map(({ heading }, index) => `  ${padded(heading, width)}  ${cells[index] ?? ""}`.trimEnd())];
}

function padded(cell: string, width: number, figures = false): string {
  const padding = " ".repeat(width - shownLength(cell));
  return figures ? padding + cell : cell + padding;
}

function shownLength(text: string): number {
  return stripVTControlCharacters(text).length;
}

/**
 * Wraps lines that are longer than a terminal is wide. What a line is indented by, or what its list or its table of flags
 * begins with, indents the rest of it. Commands are kept whole, however long they are, so that they can be copied.
 *
 * @param indent columns that indent the rest of each line, in place of what the line begins with. Spaces that set words
 *   apart are then kept
 */
export function fitLines(text: string, columns: number, indent?: number): string {
  return text
    .split("\n")
    .map((line) => (shownLength(line) <= columns ? line : fitLine(line, columns, indent)))
    .join("\n");
}

function fitLine(line: string, columns: number, indent?: number): string {
  const [lead = ""] = /^ *(?:- |\S+ {2,})?/.exec(line) ?? [];
  const restIndent = " ".repeat(indent ?? lead.length);
  const words = line
    .slice(lead.length)
    .replace(commands, (command) => command.replaceAll(" ", keptSpace))
    .replace(/(\d) %/g, `$1${keptSpace}%`)
    .split(indent === undefined ? / +/ : /(?<=\S) /);
  const lines: string[] = [];
  let current = lead;
  for (const [index, word] of words.entries()) {
    const longer = index === 0 ? current + word : `${current} ${word}`;
    if (shownLength(longer) <= columns || index === 0) current = longer;
    else {
      lines.push(current);
      current = restIndent + word;
    }
  }
  return [...lines, current].join("\n").replaceAll(keptSpace, " ");
}

/** Stands for a space at which no line is broken. */
const keptSpace = "\u00a0";

/** What people copy: a program with its command, and flags with their values. */
const commands =
  /\b(?:npm run (?:--silent )?[\w:]+(?: --(?: [a-z]+)?)?|(?:npx )?pulumi [a-z]+(?: [a-z]+)?|aws [a-z-]+ [a-z-]+|git [a-z]+)(?: --?[a-z][\w-]*(?:[= ](?:"[^"]*"|'[^']*'|<[^>]*>|[^\s-]\S*))?)*/g;

/** A split for a person: `blue 75 %, green 25 %`. */
export function splitWords(split: Split): string {
  return colours.map((colour) => `${colour} ${split[colour]} %`).join(", ");
}
