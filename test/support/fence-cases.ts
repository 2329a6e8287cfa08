import { aroundEach } from "vitest";
import { runCase } from "./ongoing-case.ts";

/** Set up in every test file: no case goes on behind the next one. */
aroundEach((runTest, { task }) => runCase(task.name, runTest));
