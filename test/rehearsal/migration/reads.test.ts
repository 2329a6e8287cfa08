import { expect, it } from "vitest";
import { bareReads } from "../../../rehearsal/migration/reads.ts";

const relations = new Map([
  ["couples", false],
  ["invoices", false],
  ["gifts", true],
]);

it.each([
  ["a query that found rows", [{ query: "SELECT id FROM couples", rows: 3 }], []],
  [
    "one that found none",
    [{ query: "SELECT id FROM couples WHERE a = $1", rows: 0 }],
    ["It found no row of couples on the copy."],
  ],
  ["a count of an empty table", [{ query: "SELECT count(*) FROM gifts", rows: 1 }], ["gifts has no row on the copy."]],
  [
    "one table of two that is empty",
    [{ query: "SELECT 1 FROM couples LEFT JOIN gifts USING (id)", rows: 3 }],
    ["gifts has no row on the copy."],
  ],
  [
    "a name in quotation marks",
    [{ query: 'select id from "couples"', rows: 0 }],
    ["It found no row of couples on the copy."],
  ],
  ["a table that the migration made, or the catalogue", [{ query: "SELECT 1 FROM pg_class, made", rows: 0 }], []],
  ["a change that gives nothing back", [{ query: "UPDATE couples SET a = $1", rows: 0 }], []],
  [
    "a change that gives back what it changed",
    [{ query: "UPDATE couples SET a = $1 RETURNING id", rows: 0 }],
    ["It found no row of couples on the copy."],
  ],
  [
    "a cursor that gave rows",
    [
      { query: 'DECLARE "c_1" CURSOR FOR SELECT id FROM couples', rows: 0 },
      { query: 'FETCH FORWARD $1 FROM "c_1"', rows: 2 },
    ],
    [],
  ],
  [
    "a cursor that gave none, beside one that did",
    [
      { query: 'DECLARE "c_1" CURSOR FOR SELECT id FROM couples', rows: 0 },
      { query: 'FETCH FORWARD $1 FROM "c_2"', rows: 2 },
    ],
    ["It found no row of couples on the copy."],
  ],
  // pg_stat_statements writes what the parser cannot read.
  [
    "an interval",
    [{ query: "SELECT id FROM couples WHERE a > interval $1", rows: 0 }],
    ["It found no row of couples on the copy."],
  ],
])("judges by what a query found whether what follows was shown: %s", async (_, counted, why) => {
  expect((await bareReads(counted, relations)).map((one) => one.why)).toEqual(why);
});
