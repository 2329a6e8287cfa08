import { stripVTControlCharacters } from "node:util";

/** A column: its heading and whether it holds figures, which stand to the right. */
export interface Column {
  readonly heading: string;
  readonly figures?: boolean;
}

/** Draws a table with columns as wide as they need to be. Cells may be coloured. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ heading }, index) =>
    Math.max(heading.length, ...rows.map((row) => shownLength(row[index] ?? ""))),
  );
  const draw = (cells: readonly string[]) =>
    columns
      .map(({ figures }, index) => {
        const cell = cells[index] ?? "";
        const padding = " ".repeat((widths[index] ?? 0) - shownLength(cell));
        return figures === true ? padding + cell : cell + padding;
      })
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  return [draw(columns.map(({ heading }) => heading)), rule, ...rows.map(draw)];
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
