import { dataReplacements } from "./data.ts";
import { networkReplacements } from "./network.ts";
import { othersReplacements } from "./others.ts";
import type { ReplacementTable } from "./row.ts";
import { serviceReplacements } from "./service.ts";
import { watchingReplacements } from "./watching.ts";

/** For each planned type what makes its provider replace a resource. */
export const replacementTable: ReplacementTable = {
  ...networkReplacements,
  ...dataReplacements,
  ...serviceReplacements,
  ...watchingReplacements,
  ...othersReplacements,
};
