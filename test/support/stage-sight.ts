import { deployedTaskDefinitionArn } from "../../rehearsal/plan/world-after.ts";
import { byColour } from "../../rollout/colour.ts";
import type { StageSight } from "../../rollout/gate/stage-sight.ts";
import { nothingMeasured } from "../../rollout/measurements.ts";
import { plannedPath } from "../../rollout/public-path.ts";
import { evenStep } from "./even-step.ts";

/** An hour of the bake: 60 minutes whose counts no longer change. */
const window = { from: "2026-11-23T12:00:00.000Z", until: "2026-11-23T13:00:00.000Z", seconds: 3600 };

/** What AWS shows of a stage with a healthy candidate that had enough requests, as the made-up last update left it. */
export const healthySight: StageSight = {
  targets: byColour(() => ({ healthy: 2, notHealthy: 0 })),
  services: byColour((colour) => ({
    taskDefinitionArn: deployedTaskDefinitionArn(colour),
    rollout: "COMPLETED" as const,
    runningTasks: 2,
    desiredTasks: 2,
  })),
  publicPath: plannedPath("api.celebrants.example"),
  alarms: { "green-errors": "OK", "database-cpu": "OK" },
  window,
  measured: {
    counts: { candidate: { requests: 400, errors: 0 }, live: { requests: 7600, errors: 3 } },
    steps: [
      evenStep({
        from: window.from,
        minutes: 60,
        candidate: { requests: 400 },
        live: { requests: 7600, errors: 3 },
      }),
    ],
    responseTimes: { candidate: { p95Milliseconds: 120.4 }, live: { p95Milliseconds: 110 } },
  },
  // Live has carried all of it with two tasks.
  traffic: [{ from: window.from, requests: 8000, liveErrors: 3, liveRequests: 8000, liveRequestsPerTask: 4000 }],
};

/** The same with fewer requests than the gate passes on. */
export const quietSight: StageSight = {
  ...healthySight,
  measured: { ...nothingMeasured, counts: { ...nothingMeasured.counts, candidate: { requests: 30, errors: 0 } } },
};

/** The same with an alarm that fires. */
export const firingSight: StageSight = { ...healthySight, alarms: { ...healthySight.alarms, "green-errors": "ALARM" } };

/** The same with no healthy task of the candidate. */
export const tasklessSight: StageSight = {
  ...healthySight,
  targets: { ...healthySight.targets, green: { healthy: 0, notHealthy: 2 } },
};
