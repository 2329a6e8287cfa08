/** CloudWatch's grid is this wide. */
const gridColumns = 24;

/** A widget without its place. */
export interface Widget {
  readonly type: "metric" | "alarm" | "text";
  /** Columns, 1 to 24. */
  readonly width: number;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Widgets that stand side by side. */
export interface Row {
  /** Units of the grid, 1 to 1000. */
  readonly height: number;
  readonly widgets: readonly Widget[];
}

/** A widget where CloudWatch draws it. */
export interface PlacedWidget extends Widget {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/**
 * Places rows one below the other, the widgets of each from left to right.
 *
 * @throws {RangeError} when a row is wider than the grid: CloudWatch would wrap it, and blue would no longer stand beside green
 */
export function placeRows(rows: readonly Row[]): readonly PlacedWidget[] {
  let y = 0;
  return rows.flatMap(({ height, widgets }) => {
    let x = 0;
    const placed = widgets.map((widget) => {
      const place = { ...widget, x, y, height };
      x += widget.width;
      return place;
    });
    if (x > gridColumns) {
      throw new RangeError(`A row of the dashboard at y ${y} is ${x} columns wide. The grid has ${gridColumns}.`);
    }
    y += height;
    return placed;
  });
}
