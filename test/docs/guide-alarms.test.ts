import { beforeAll, describe } from "vitest";
import { projectFolder } from "../support/stack-files.ts";
import { checkGuideAlarms } from "./guide-alarms.ts";
import { type PlannedStage, planStarted } from "./guide-plan.ts";

describe("production, from the project's stack file,", () => {
  let planned: PlannedStage;
  beforeAll(async () => {
    planned = await planStarted("production", projectFolder);
  });
  checkGuideAlarms(() => planned);
});
