import { expect, it } from "vitest";
import { blindStepsWarning } from "../../rollout/rollback-test/quiet-traffic.ts";
import { planFixture } from "../support/plan-fixture.ts";

it("warns in the plan of the stage of steps at which a day is too short for the quiet alarms", async () => {
  const set = {
    "rollout.steps": [
      { weight: 1, bake: "2h" },
      { weight: 100, bake: "48h" },
    ],
  };
  const { warnings } = await planFixture({
    stage: "staging",
    set,
    previousRecord: null,
    now: new Date("2026-11-23T09:00:00Z"),
  });
  expect(warnings).toEqual([
    blindStepsWarning(
      [
        { weightPercent: 1, bakeSeconds: 3600 },
        { weightPercent: 100, bakeSeconds: 3600 },
      ],
      3,
    ),
  ]);
});
