/** A row of a table: what is measured, the figure, and the bound that the project sets itself. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly bound: string;
}
