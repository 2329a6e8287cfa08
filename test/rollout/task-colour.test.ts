import { expect, it } from "vitest";
import { taskColour } from "../../rollout/task-colour.ts";
import { bothImages, digest, promotedRecord, recordAt } from "../support/rollout.ts";

it("is the candidate, whose version the schema is made ready for", () => {
  expect(taskColour(recordAt(0))).toBe("green");
  expect(taskColour(recordAt(100))).toBe("green");
});

it("is the live colour where the candidate has no image", () => {
  expect(taskColour(recordAt(0, { images: { ...bothImages, green: null } }))).toBe("blue");
});

it("is the live colour after promote, and the next release once there is one", () => {
  expect(taskColour(promotedRecord())).toBe("green");
  expect(taskColour(promotedRecord({ images: { ...bothImages, blue: digest("c") } }))).toBe("blue");
});
