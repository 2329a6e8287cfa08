import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readContractMigrations, readRestores } from "../../../infra/rollout/contract-migrations.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const task = {
  run: "migrate",
  kind: "contract",
  image: "sha256:b",
  exitCode: 0,
  startedAt: "2026-11-23T20:00:05.000Z",
};

/** A project whose evidence of production has these files. */
function projectWith(files: Readonly<Record<string, unknown>>): string {
  const folder = temporaryFolder();
  const below = join(folder, "evidence", "production");
  mkdirSync(below, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(below, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}

it("reads which contract migrations may have changed the schema, oldest first", () => {
  const evidence = (at: string, outcome: string, over: object) => ({ at, outcome, task: { ...task, ...over } });
  const folder = projectWith({
    "2026-11-23T20-00-00Z-task.json": evidence("2026-11-23T20:00:00.000Z", "done", {}),
    "2026-11-22T20-00-00Z-task.json": evidence("2026-11-22T20:00:00.000Z", "begun", {
      startedAt: null,
      exitCode: null,
    }),
    "2026-11-24T20-00-00Z-task.json": evidence("2026-11-24T20:00:00.000Z", "incomplete", { exitCode: 1 }),
    // Nobody will know any more whether it has started.
    "2026-11-24T21-00-00Z-task.json": evidence("2026-11-24T21:00:00.000Z", "interrupted", {
      startedAt: null,
      exitCode: null,
    }),
    // It runs.
    "2026-11-24T22-00-00Z-task.json": evidence("2026-11-24T22:00:00.000Z", "begun", { exitCode: null }),
    // It never started.
    "2026-11-25T20-00-00Z-task.json": evidence("2026-11-25T20:00:00.000Z", "incomplete", {
      startedAt: null,
      exitCode: null,
    }),
    "2026-11-26T20-00-00Z-task.json": evidence("2026-11-26T20:00:00.000Z", "done", { kind: "expand" }),
    "2026-11-27T20-00-00Z-task.json": evidence("2026-11-27T20:00:00.000Z", "done", { run: "integrity", kind: null }),
    "2026-11-28T20-00-00Z-advance.json": "{",
    "migration-1-2.json": "{",
  });
  expect(readContractMigrations(folder, "production")).toEqual({
    contracts: [
      { at: "2026-11-22T20:00:00.000Z", image: "sha256:b", isPending: true },
      { at: "2026-11-23T20:00:05.000Z", image: "sha256:b" },
      { at: "2026-11-23T20:00:05.000Z", image: "sha256:b" },
      { at: "2026-11-24T21:00:00.000Z", image: "sha256:b" },
      { at: "2026-11-23T20:00:05.000Z", image: "sha256:b" },
    ],
    unreadable: [],
  });
  expect(readContractMigrations(folder, "staging")).toEqual({ contracts: [], unreadable: [] });
});

it("names what it cannot read, and reads the rest", () => {
  const folder = projectWith({
    "2026-11-23T20-00-00Z-task.json": "{",
    "2026-11-24T20-00-00Z-task.json": { at: "yesterday" },
    "2026-11-25T20-00-00Z-task.json": { at: "2026-11-25T20:00:00.000Z", outcome: "done", task },
  });
  expect(readContractMigrations(folder, "production")).toEqual({
    contracts: [{ at: task.startedAt, image: "sha256:b" }],
    unreadable: [
      join("evidence", "production", "2026-11-23T20-00-00Z-task.json"),
      join("evidence", "production", "2026-11-24T20-00-00Z-task.json"),
    ],
  });
});

it("reads which restores were made, by the command and by the update of a merged file, and none that is not done", () => {
  const restore = { source: "one", to: "2026-11-23T19:00:00.000Z", instance: "two", rolesChecked: true };
  const evidence = (at: string, outcome: string, over: object = { restore }) => ({ at, outcome, task: null, ...over });
  const folder = projectWith({
    "2026-11-24T20-00-00Z-restore.json": evidence("2026-11-24T20:00:00.000Z", "done"),
    "2026-11-23T20-00-00Z-apply.json": evidence("2026-11-23T20:00:00.000Z", "done"),
    "2026-11-23T21-00-00Z-apply.json": evidence("2026-11-23T21:00:00.000Z", "done", {}),
    "2026-11-23T22-00-00Z-restore.json": evidence("2026-11-23T22:00:00.000Z", "begun"),
    "2026-11-23T23-00-00Z-restore.json": evidence("2026-11-23T23:00:00.000Z", "interrupted"),
    "2026-11-24T21-00-00Z-restore.json": "{",
    "2026-11-24T22-00-00Z-advance.json": evidence("2026-11-24T22:00:00.000Z", "done"),
  });
  const { source, to, instance } = restore;
  expect(readRestores(folder, "production")).toEqual([
    { at: "2026-11-23T20:00:00.000Z", source, to, instance },
    { at: "2026-11-24T20:00:00.000Z", source, to, instance },
  ]);
  expect(readRestores(folder, "staging")).toEqual([]);
});
