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
