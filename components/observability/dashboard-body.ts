import { colourRows } from "./dashboard-colours.ts";
import type { DashboardContext } from "./dashboard-context.ts";
import { type PlacedWidget, placeRows } from "./dashboard-grid.ts";
import { overviewRows } from "./dashboard-overview.ts";
import { sharedRows } from "./dashboard-shared.ts";

/** The body of a CloudWatch dashboard. */
export interface DashboardBody {
  readonly start: string;
  readonly widgets: readonly PlacedWidget[];
}

/**
 * Builds the dashboard: what was promised (guide C1 to C3) and who is fit on top, then blue beside green (guide M1, M3),
 * then what they share (guide M2, M4, M5).
 *
 * @throws {RangeError} when a row does not fit the grid
 */
export function buildDashboardBody(context: DashboardContext): DashboardBody {
  return {
    // A step of the rollout bakes for hours; the default of three would cut it off.
    start: "-PT12H",
    widgets: placeRows([...overviewRows(context), ...colourRows(context), ...sharedRows(context)]),
  };
}
