import { expect, it } from "vitest";
import { colours } from "../../rollout/colour.ts";
import { oneOffTasks, taskMark } from "../../rollout/one-off-task.ts";

it("marks each task of each colour in its own way, in letters that ECS takes", () => {
  const marks = oneOffTasks.flatMap((run) => colours.map((colour) => taskMark(run, colour)));
  expect(new Set(marks).size).toBe(6);
  for (const mark of marks) expect(mark).toMatch(/^[A-Za-z0-9_-]{1,36}$/);
});
