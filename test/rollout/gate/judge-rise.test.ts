import { describe, expect, it } from "vitest";
import { gateQuestion } from "../../../rollout/gate/gate-question.ts";
import { describeVerdict, judgeRise, type RiseRequest } from "../../../rollout/gate/judge-rise.ts";
import type { StageSight } from "../../../rollout/gate/stage-sight.ts";
import type { StepCounts } from "../../../rollout/gate/step-counts.ts";
import type { Move, WantedRollout } from "../../../rollout/move.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import { evenStep } from "../../support/even-step.ts";
import { bothImages, guideSchedule, move, promotedRecord, recordAt } from "../../support/rollout.ts";
import { firingSight, healthySight, quietSight, tasklessSight } from "../../support/stage-sight.ts";

const inAws = (green: number) => ({ blue: 100 - green, green });

function asked(previous: RolloutRecord | null, wanted: Partial<WantedRollout>, green?: number): Move {
  return move(previous, wanted, "15:00", green === undefined ? {} : { realWeights: inAws(green) });
}

describe("gateQuestion", () => {
  it.each<[string, Move]>([
    ["a first deployment", asked(null, {})],
    ["an update that leaves the weight alone", asked(recordAt(25), {}, 25)],
    ["a lower weight", asked(recordAt(50), { weightPercent: 5 }, 50)],
    ["a lower weight where AWS could not be asked", asked(recordAt(50), { weightPercent: 0 })],
    ["all traffic to live from a split that only AWS has", asked(recordAt(0), {}, 25)],
    ["a new image at weight 0", asked(recordAt(0), { images: { ...bothImages, green: "sha256:new" } }, 0)],
    [
      "a live colour that is changed under traffic, which the rules refuse",
      asked(recordAt(25), { liveColour: "green", weightPercent: 50 }, 25),
    ],
    ["a return", asked(promotedRecord(), { liveColour: "blue" })],
  ])("is nothing before %s", (_, one) => {
    expect(gateQuestion(one)).toBeUndefined();
  });

  it.each<[string, Move]>([
    ["the next step", asked(recordAt(5), { weightPercent: 25 }, 5)],
    ["the next step where AWS was not asked", asked(recordAt(5), { weightPercent: 25 })],
    ["the first step", asked(recordAt(0), { weightPercent: 5 }, 0)],
    ["the recorded weight where AWS has less", asked(recordAt(25), {}, 0)],
    ["more than is recorded and less than AWS has", asked(recordAt(5), { weightPercent: 25 }, 50)],
    ["a promote", asked(recordAt(100), { liveColour: "green", weightPercent: 0 }, 100)],
  ])("is everything before %s", (_, one) => {
    expect(gateQuestion(one)).toBe("everything");
  });

  it("is what fails where AWS has the split already and the record does not", () => {
    expect(gateQuestion(asked(recordAt(5), { weightPercent: 25 }, 25))).toBe("what fails");
  });
});

/** Judges the step from 5 to 25 %. */
function judge(sight: StageSight, one: Move = asked(recordAt(5), { weightPercent: 25 }, 5)) {
  const question = gateQuestion(one);
  if (question === undefined) throw new Error("Nothing is asked.");
  return judgeRise({ ...requestOf(sight, one), question });
}

function requestOf(sight: StageSight, one: Move): Omit<RiseRequest, "question"> {
  const { services } = healthySight;
  return {
    move: one,
    thresholds: { errorRatePercent: 1, responseTimeSeconds: 2, minTasks: 2, objectivePercent: 0.5, minimumErrors: 3 },
    plannedTaskDefinitionArns: {
      blue: services.blue?.taskDefinitionArn ?? null,
      green: services.green?.taskDefinitionArn ?? null,
    },
    sight,
  };
}

describe("judgeRise", () => {
  it("refuses a step whose limit's alarm is on from the last time, and no other", () => {
    const limitAlarms = (firing: string) =>
      Object.fromEntries(
        ["5", "25"].map((weight) => [weight, { name: `limit-${weight}`, state: weight === firing ? "ALARM" : "OK" }]),
      ) as NonNullable<StageSight["limitAlarms"]>;
    expect(judge({ ...healthySight, limitAlarms: limitAlarms("25") }).refusals).toEqual([
      {
        rule: "gate",
        message:
          "You asked for 25 %. Alarm limit-25, on the limit of the 25 % step, is on from the last time, and the rollback would return the step at once. CloudWatch looks at it once an hour: wait until it is OK.",
        allowance: null,
      },
    ]);
    // The step that stands has reached its limit: the next one is what ends the wait.
    expect(judge({ ...healthySight, limitAlarms: limitAlarms("5") }).refusals).toEqual([]);
    const promote = asked(recordAt(100), { liveColour: "green", weightPercent: 0 }, 100);
    const at100 = { "100": { name: "limit-100", state: "ALARM" } } as const;
    expect(judge({ ...healthySight, limitAlarms: at100 }, promote).refusals).toEqual([]);
  });

  it("lets a healthy candidate through, and says in one line on what", () => {
    const judged = judge(healthySight);
    expect(judged).toMatchObject({ verdict: "pass", refusals: [] });
    expect(describeVerdict(judged)).toBe(
      "pass (400 requests of the candidate with 0 errors, p95 120 ms, 2 alarms OK, 2 healthy tasks of the candidate and 2 of live).",
    );
  });

  it.each<[string, StageSight, string]>([
    [
      "an alarm that fires",
      firingSight,
      "You asked for 25 %. Alarm green-errors is firing. Take no step until it is OK; if traffic is out, roll back.",
    ],
    [
      "no healthy task of the candidate",
      tasklessSight,
      "You asked for 25 %. The candidate has 0 healthy tasks and needs 2 for 25 % of the traffic. Raise its service's task count or api.minTasks, and wait until they are healthy.",
    ],
    [
      "a task definition that is not the planned one",
      {
        ...healthySight,
        services: {
          ...healthySight.services,
          green: {
            taskDefinitionArn: "arn:aws:ecs:x:0:task-definition/portal-green:6",
            rollout: "COMPLETED",
            runningTasks: 2,
            desiredTasks: 2,
          },
        },
      },
      "You asked for 25 %. green runs portal-green:6 and deployed-green:1 was planned: ECS has rolled the deployment back. Read the service's events, fix the release, and give images.green the new digest at weight 0.",
    ],
    [
      "too few live tasks to take the traffic back",
      { ...healthySight, targets: { ...healthySight.targets, blue: { healthy: 1, notHealthy: 1 } } },
      "You asked for 25 %. The live colour has 1 healthy task, fewer than the 2 of api.minTasks, so a rollback would overload it. Find out why its tasks are unhealthy before the next step.",
    ],
  ])("refuses %s, whatever is written", (_, sight, message) => {
    expect(judge(sight).refusals).toEqual([{ rule: "gate", message, allowance: null }]);
  });

  it("asks for a reason where only requests are missing, and says once what to do", () => {
    const { verdict, refusals } = judge(quietSight);
    expect(verdict).toBe("not enough data");
    expect([...new Set(refusals.map(({ rule, allowance }) => `${rule} ${allowance}`))]).toEqual(["data data"]);
    const hints = refusals.filter(({ message }) => message.includes("or set rolloutOverride to a reason."));
    expect(hints).toHaveLength(1);
    expect(refusals[0]?.message).toMatch(/^You asked for 25 %\. The candidate had 0 errors in 30 requests, and /);
  });

  it("judges a promote by the candidate that is to become live, at all of the traffic", () => {
    const promote = asked(recordAt(100), { liveColour: "green", weightPercent: 0 }, 100);
    expect(judge(healthySight, promote).input.capacity).toMatchObject({
      weightPercent: 100,
      nextWeightPercent: 100,
      healthyTasks: { candidate: 2, live: 2 },
    });
    expect(judge(firingSight, promote).refusals[0]?.message).toMatch(/^You asked to promote green\. Alarm/);
  });

  it("waits for no request to record a split that AWS has, and still for tasks and alarms", () => {
    const recorded = asked(recordAt(5), { weightPercent: 25 }, 25);
    expect(judge(quietSight, recorded)).toMatchObject({ verdict: "pass", refusals: [] });
    const noData: StageSight = { ...quietSight, alarms: { "green-errors": "INSUFFICIENT_DATA" } };
    expect(judge(noData, recorded).refusals).toEqual([]);
    expect(judge(firingSight, recorded).refusals).toHaveLength(1);
    expect(judge(tasklessSight, recorded).refusals).toHaveLength(1);
  });
});

describe("the weight that a rise is judged from", () => {
  const weightOf = (one: Move) =>
    judgeRise({ ...requestOf(healthySight, one), question: "everything" }).input.capacity.weightPercent;

  it("is what AWS has, else what is recorded, and 0 without a record", () => {
    expect(weightOf(asked(recordAt(5), { weightPercent: 25 }, 10))).toBe(10);
    expect(weightOf(asked(recordAt(5), { weightPercent: 25 }, 0))).toBe(0);
    expect(weightOf(asked(recordAt(5), { weightPercent: 25 }))).toBe(5);
    expect(weightOf(asked(null, { weightPercent: 5 }))).toBe(0);
  });
});

describe("what a rise is refused by", () => {
  const failing = evenStep({ minutes: 60, candidate: { requests: 400, errors: 60 }, live: { requests: 7600 } });
  const failingSight: StageSight = {
    ...healthySight,
    measured: {
      ...healthySight.measured,
      counts: { ...healthySight.measured.counts, candidate: { requests: 400, errors: 60 } },
      steps: [failing],
    },
  };

  it("is not what is missing, where something fails", () => {
    const { verdict, refusals } = judge({ ...quietSight, targets: tasklessSight.targets });
    expect(verdict).toBe("fail");
    expect(refusals.map(({ rule, allowance }) => [rule, allowance])).toEqual([["gate", null]]);
  });

  it("is a clock of this machine that differs by more than AWS takes a signature for", () => {
    const refused = (clockAheadSeconds: number) =>
      judge({ ...healthySight, clockAheadSeconds }).refusals.map(({ message }) => message);
    for (const seconds of [0, 300, -300]) expect(refused(seconds)).toEqual([]);
    const judgedByIt =
      "Bakes, freeze windows and the times of requests would be judged by a wrong time. Correct the clock, and run this command again.";
    expect(refused(3600)).toEqual([
      `You asked for 25 %. The clock of this machine is 1 h ahead of AWS's. ${judgedByIt}`,
    ]);
    expect(refused(-600)).toEqual([
      `You asked for 25 %. The clock of this machine is 10 min behind AWS's. ${judgedByIt}`,
    ]);
    expect(refused(301)).toHaveLength(1);
  });

  it("is what fails where AWS has the split already, and nothing that is missing", () => {
    const at25 = asked(recordAt(5), { weightPercent: 25 }, 25);
    const recorded = judge(failingSight, at25);
    expect(recorded.verdict).toBe("fail");
    expect(recorded.refusals.map(({ rule, allowance }) => [rule, allowance])).toEqual(
      recorded.refusals.map(() => ["gate", null]),
    );
    expect(recorded.refusals[0]?.message).toContain("The candidate had 60 errors in 400 requests");
    expect(judge(quietSight, at25).findings.map(({ what }) => what)).toEqual([
      "alarm database-cpu",
      "alarm green-errors",
      "candidate's capacity",
      "live's capacity",
    ]);
  });
});

describe("a verdict in one line", () => {
  it("counts the alarms that are OK, and leaves out a response time that nobody knows", () => {
    expect(describeVerdict(judge(firingSight))).toBe(
      "fail (400 requests of the candidate with 0 errors, p95 120 ms, 1 alarm OK, 2 healthy tasks of the candidate and 2 of live).",
    );
    expect(describeVerdict(judge(quietSight))).toBe(
      "not enough data (30 requests of the candidate with 0 errors, 2 alarms OK, 2 healthy tasks of the candidate and 2 of live).",
    );
  });

  it("says what the next step may cost, where that is why it passes, and not where it is unknown", () => {
    const counts = { candidate: { requests: 30, errors: 0 }, live: { requests: 570, errors: 0 } };
    const few = evenStep({ minutes: 60, ...counts });
    const sight = (steps: readonly StepCounts[]): StageSight => ({
      ...healthySight,
      traffic: healthySight.traffic.map((hour) => ({ ...hour, requests: 600, liveRequests: 600 })),
      measured: { ...healthySight.measured, counts, steps },
    });
    const schedule = {
      ...guideSchedule,
      steps: [5, 25].map((weightPercent) => ({ weightPercent, bakeSeconds: 1200 })),
    };
    const one = { ...asked(recordAt(5), { weightPercent: 25 }, 5), schedule };
    const judged = judge(sight([few]), one);
    const told = judged.findings.find(({ what }) => what === "exposure")?.sentence;
    expect(told).toMatch(/^The candidate passes by exposure: /);
    expect(describeVerdict(judged)).toBe(
      `pass by exposure (30 requests of the candidate with 0 errors, p95 120 ms, 2 alarms OK, 2 healthy tasks of the candidate and 2 of live). ${told}`,
    );
    const unknown = judge(sight([]), one);
    expect(unknown.findings.find(({ what }) => what === "exposure")?.verdict).toBe("not enough data");
    expect(describeVerdict(unknown)).toMatch(/^not enough data \(30 requests [^.]*\)\.$/);
  });
});

describe("what the gate says of each objection", () => {
  const { publicPath, targets } = healthySight;
  const rule = { arn: "arn:aws:elasticloadbalancing:ap-southeast-2:1:listener-rule/x", priority: 3, takes: "host *" };
  const blue = healthySight.services.blue;
  it.each<[string, StageSight, RegExp]>([
    [
      "a rule that takes the host",
      { ...healthySight, publicPath: { ...publicPath, rulesBefore: [rule] } },
      /priority 3/,
    ],
    ["stickiness", { ...healthySight, publicPath: { ...publicPath, stickySeconds: 60 } }, /Stickiness is on/],
    [
      "another condition",
      { ...healthySight, publicPath: { ...publicPath, takesWholeHost: false } },
      /conditions by hand/,
    ],
    ["a firing alarm", firingSight, /is firing/],
    ["a missing alarm", { ...healthySight, alarms: { "green-errors": "MISSING" } }, /was planned and is not in AWS/],
    ["no healthy task", tasklessSight, /has 0 healthy tasks and needs/],
    [
      "too few of live",
      { ...healthySight, targets: { ...targets, blue: { healthy: 1, notHealthy: 1 } } },
      /live colour/,
    ],
    ["a missing service", { ...healthySight, services: { blue, green: null } }, /no service in AWS/],
    ["too few requests", quietSight, /Wait for/],
  ])("begins with what was asked for, and says what to do: %s", (_what, sight, says) => {
    const { refusals } = judge(sight);
    expect(refusals.length).toBeGreaterThan(0);
    expect(refusals.some(({ message }) => says.test(message))).toBe(true);
    for (const { message } of refusals) {
      expect(message).toMatch(/^You asked for 25 %\. \S/);
      expect(message).toMatch(
        /[.:,;] (or )?(to [^.]*, )?(set|run|wait|take|roll|read|raise|find|bring|preview|give|look|test)\b/i,
      );
      expect(message).toMatch(/\.$/);
      expect(message).not.toMatch(/undefined|null|NaN|\[object| {2}|\d{4}-\d\d-\d\dT/);
    }
  });
});
