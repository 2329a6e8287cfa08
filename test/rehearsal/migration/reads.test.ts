import { expect, it } from "vitest";
import { bareReads, type PlanStep } from "../../../rehearsal/migration/reads.ts";

const relations = new Map([
  ["couples", "couples"],
  ["invoices", "invoices"],
  ["gifts_2025", "gifts"],
  ["gifts_2026", "gifts"],
]);

function step(type: string, rows: number, inner: readonly PlanStep[] = [], loops = 1): PlanStep {
  return { "Node Type": type, "Actual Rows": rows, "Actual Loops": loops, Plans: inner };
}

function scan(table: string, rows: number, loops = 1): PlanStep {
  return { ...step("Seq Scan", rows, [], loops), "Relation Name": table };
}

const of = (plan: PlanStep, text = "SELECT 1") => ({ "Query Text": text, Plan: plan });
const couples = "It found no row of couples on the copy.";

it.each([
  ["a query that found rows", [of(scan("couples", 3))], []],
  ["one that found none", [of(scan("couples", 0))], [couples]],
  ["a count of none", [of(step("Aggregate", 1, [scan("couples", 0)]))], [couples]],
  [
    "a sum over tables of which none fits the other",
    [of(step("Aggregate", 1, [step("Hash Join", 0, [scan("couples", 3), scan("invoices", 2)])]))],
    ["It found no row of couples and invoices on the copy."],
  ],
  [
    "one table of two",
    [of(step("Hash Join", 3, [scan("couples", 3), scan("invoices", 0)]))],
    ["It found no row of invoices on the copy."],
  ],
  [
    "rows of which none fits the other",
    [of(step("Hash Join", 0, [scan("couples", 3), scan("invoices", 2)]))],
    ["It found no row of couples and invoices on the copy."],
  ],
  [
    "a table that another one without rows kept from being read",
    [of(step("Nested Loop", 0, [scan("couples", 0), scan("invoices", 0, 0)]))],
    [couples],
  ],
  ["a table that nobody had to ask", [of(step("Result", 1, [scan("couples", 1), scan("invoices", 0, 0)]))], []],
  [
    "rows that an inner scan found for some",
    [of(step("Nested Loop", 1, [scan("couples", 3), scan("invoices", 0.33, 3)]))],
    [],
  ],
  ["a run of many that found some", [of(scan("couples", 0)), of(scan("couples", 1))], []],
  [
    "runs that differ by their values alone",
    [of(scan("couples", 0), "SELECT 1 WHERE a = 'Ana'"), of(scan("couples", 1), "SELECT 1 WHERE a = 'Ben'")],
    [],
  ],
  ["runs of two queries", [of(scan("couples", 0), "SELECT a"), of(scan("couples", 1), "SELECT b")], [couples]],
  ["one part of a table that has others", [of(step("Append", 2, [scan("gifts_2025", 0), scan("gifts_2026", 2)]))], []],
  [
    "all parts of a table",
    [of(step("Append", 0, [scan("gifts_2025", 0), scan("gifts_2026", 0)]))],
    ["It found no row of gifts on the copy."],
  ],
  ["a table that the migration made, or the catalogue", [of(scan("pg_class", 0))], []],
  ["a cursor that nobody read", [of(scan("couples", 0, 0), "DECLARE c CURSOR FOR SELECT 1")], []],
  ["a change", [of(step("ModifyTable", 0, [scan("couples", 0)]), "UPDATE couples SET a = 1")], []],
  [
    "a change that returns what it changed",
    [of(step("ModifyTable", 0, [scan("couples", 0)]), "UPDATE couples SET a = 1 RETURNING id")],
    [couples],
  ],
  [
    "a change inside of a query, which returns nothing",
    [of(step("Result", 1, [{ ...step("ModifyTable", 0, [scan("couples", 2)]), "Relation Name": "invoices" }]))],
    [],
  ],
  ["a table that is made of rows", [of(scan("couples", 0), "CREATE TABLE a AS SELECT 1")], []],
])("sees by the steps of its plan whether a query found rows: %s", async (_, ran, why) => {
  expect((await bareReads(ran, relations)).map((one) => one.why)).toEqual(why);
});
