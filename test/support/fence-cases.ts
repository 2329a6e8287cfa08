import { afterAll, aroundEach, expect, vi } from "vitest";
import { runCase } from "./ongoing-case.ts";

/** Set up in every test file: no case goes on behind the next one, and no file leaves anything to the next. */
aroundEach((runTest, { task }) => runCase(task.name, runTest));

const environment = { ...process.env };
const terminal = { ...console };
const folder = process.cwd();
const signals = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
const handlers = new Map(signals.map((name) => [name, process.listenerCount(name)]));

function changed<T extends object>(before: T, now: T): string[] {
  return Object.keys({ ...before, ...now }).filter((name) => Reflect.get(before, name) !== Reflect.get(now, name));
}

afterAll(() => {
  expect(changed(environment, process.env), "environment variables that this file leaves changed").toEqual([]);
  expect(changed(terminal, console), "methods of the console that this file leaves changed").toEqual([]);
  expect(vi.isFakeTimers(), "fake timers, which this file leaves on").toBe(false);
  expect(process.cwd(), "the working directory, which this file leaves changed").toBe(folder);
  for (const name of signals) {
    expect(process.listenerCount(name), `handlers of ${name}, which this file leaves`).toBe(handlers.get(name));
  }
  expect(process.exitCode, "the exit code, which this file leaves set").toBeUndefined();
});
