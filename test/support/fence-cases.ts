import { afterAll, aroundEach, expect, vi } from "vitest";
import { runCase } from "./ongoing-case.ts";

/** Set up in every test file: no case goes on behind the next one, and no file leaves anything to the next. */
aroundEach((runTest, { task }) => runCase(task.name, runTest));

/** What all files of a process share. */
function shared() {
  const { exitCode } = process;
  return { environment: { ...process.env }, folder: process.cwd(), exitCode, console: { ...console } };
}

const before = shared();
afterAll(() => {
  expect(vi.isFakeTimers()).toBe(false);
  expect(shared()).toEqual(before);
});
