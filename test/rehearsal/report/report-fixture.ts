import type {
  ExecutionReport,
  MoveReport,
  RehearsalReport,
  ScenarioReport,
  StageReport,
} from "../../../rehearsal/report/report-schema.ts";

const latencyMilliseconds = { mean: 4, p50: 3, p95: 9, max: 20 };
const interval = { lower: 2.3, upper: 9.9 };
const split = {
  held: true,
  plannedPercent: 5,
  candidateAnswers: 21,
  answers: 400,
  servedPercent: 5.25,
  intervalPercent: interval,
};
const change = {
  kind: "update" as const,
  type: "aws:lb/listenerRule:ListenerRule",
  name: "portal-staging-public",
  properties: [{ path: "weight", before: 0, after: 5 }],
};

/** One step as it is reported. */
export const moveReport: MoveReport = {
  name: "1.1.0 at 5 %",
  edit: { candidateWeight: 5 },
  at: "2026-11-23T00:00:00.000Z",
  planMilliseconds: 700,
  changes: [change],
  applyMilliseconds: 1,
  split,
  requests: 410,
  lost: 0,
  underWay: 3,
  underWayLost: 0,
  latencyMilliseconds,
  candidateHost: { asked: 5, answeredByCandidate: 5 },
  webSocket: "blue",
  checks: [{ what: "no requests lost", held: true, found: "0 of 410" }],
};

/** A promote as it is reported. */
export const promoteReport: MoveReport = {
  ...moveReport,
  name: "1.1.0 promoted",
  edit: { liveColour: "green", candidateWeight: 0 },
};

const execution: ExecutionReport = {
  startedBy: "alarm",
  input: { alarmName: "portal-staging-blue-unfit" },
  calls: [
    { state: "ReadRules", action: "elasticloadbalancingv2:describeRules", milliseconds: 1 },
    { state: "ReturnTraffic", action: "elasticloadbalancingv2:modifyRule", milliseconds: 2 },
  ],
  endState: "Returned",
  succeeded: true,
  milliseconds: 9,
};

/** Ten seconds: 5 % on green, then 25 %, a fault, and the rollback. */
const timeline: StageReport["timeline"] = {
  startedAt: moveReport.at,
  binSeconds: 0.5,
  bins: Array.from({ length: 20 }, (_, index) => {
    const green = index < 4 ? 0 : index < 10 ? 10 : index < 16 ? 50 : 0;
    const failed = index >= 12 && index < 16 ? 20 : 0;
    return {
      answered: { blue: 200 - green, green },
      failed: { blue: 0, green: failed },
      unanswered: index === 15 ? 2 : 0,
      p95Milliseconds: index === 19 ? null : 5 + index,
    };
  }),
  events: [
    { second: 0, kind: "update", text: "1.0.0 live", greenPercent: 0 },
    { second: 2, kind: "update", text: "1.1.0 at 5 %", greenPercent: 5 },
    { second: 3, kind: "refused", text: "skip a step: 5 % to 50 %" },
    { second: 5, kind: "update", text: "1.1.0 at 25 %", greenPercent: 25 },
    { second: 6, kind: "fault", text: "green fails 40 % of its requests" },
    { second: 7.9, kind: "alarm", text: "portal-staging-green-unfit fires: portal-staging-green-error-rate" },
    { second: 8, kind: "rollback", text: "the rollback machine returns the traffic to blue", greenPercent: 0 },
  ],
};

/** A stage in which everything held. */
export const stageReport: StageReport = {
  stage: "staging",
  seconds: 18.9,
  plan: { milliseconds: 700, resources: 236, components: 26, byProvider: { aws: 236 }, findings: [] },
  fitness: {
    rows: (["blue", "green"] as const).map((colour) => ({
      alarm: `${colour}-memory`,
      fault: "a task uses 81 % of its memory for 3 min (A4)",
      traffic: `40 requests an hour, 5 % to ${colour}`,
      firesAfterSeconds: 180,
      harmless: ["80 %, without end", "81 % for 2 min"],
      firedAt: [],
      cannotFire: null,
      held: true,
    })),
    checks: [
      { what: "each planned alarm goes off", held: true, found: "2 of 2 alarms, by 2 faults" },
      { what: "each is silent just below", held: true, found: "silent in 4 of 4 cases" },
    ],
  },
  balancer: [{ what: "a task that fails its health checks gets no request", held: true, found: "0 of 50" }],
  database: { resources: 22, statements: 45, checks: [{ what: "staging_user reads", held: true, found: "allowed" }] },
  moves: [moveReport, promoteReport],
  timeline,
  refusals: [
    { name: "skip a step", edit: { candidateWeight: 50 }, at: moveReport.at, held: true, message: "Rollout refused." },
  ],
  rollback: {
    fault: "blue answers 40 % of its requests with 500",
    alarm: {
      name: "portal-staging-blue-unfit",
      colour: "blue",
      firing: ["portal-staging-blue-error-rate-7-of-10"],
      milliseconds: 2400,
      plannedPaceMilliseconds: 48_000,
    },
    candidateErrorPercent: 40,
    execution,
    trafficCall: 2,
    trafficCallMilliseconds: 8,
    lastCandidateAnswerMilliseconds: 12,
    split: { ...split, plannedPercent: 0 },
    latencyMilliseconds,
    candidateRequestsAfter: 0,
    lostAfter: 0,
    failedByFault: 30,
    latch: { state: "set", at: moveReport.at, reason: "portal-staging-blue-unfit", rolledBack: "blue" },
    notices: [
      {
        topicArn: "arn:alerts",
        subject: "Rolled back: the candidate is off the public path",
        message: "Cause: …. green has 2 healthy tasks. …",
      },
    ],
    undone: {
      plannedPercent: 50,
      milliseconds: 1300,
      candidateAnswers: 250,
      execution: { ...execution, startedBy: "check", input: { check: true } },
      notice: { topicArn: "arn:alerts", subject: "An update over a set latch was undone", message: "…" },
    },
    repeated: { ...execution, startedBy: "hand", calls: execution.calls.slice(0, 1), endState: "NothingOut" },
    refused: "Rollout refused. You asked for 25 %. The rollback latch was set.",
    agreed: { edit: { candidateWeight: 0 }, planMilliseconds: 700, changes: [change] },
    checks: [{ what: "no request fails after the rollback", held: true, found: "0 failed" }],
  },
  reachedLimit: {
    weightPercent: 25,
    limitSeconds: 604_800,
    stoodSeconds: 604_800,
    checks: 169,
    execution: { ...execution, input: { alarmName: "portal-staging-limit-25" } },
    latch: {
      state: "set",
      at: moveReport.at,
      reason: "the 25 % step reached its limit of 7 d",
      rolledBack: "blue",
    },
    notices: [],
    assertions: [{ what: "the latch names the limit", held: true, found: "set" }],
  },
  requests: { sent: 6000, lost: 30, failedByFault: 30, reachedTask: 6060, countedByTasks: 6060, latencyMilliseconds },
  rows: { acknowledged: 3000, stored: 3000, lost: 0, unacknowledged: 0, foreign: 0 },
  checks: [{ what: "no acknowledged row is lost (guide C4)", held: true, found: "0 of 3000" }],
};

/** A scenario that did not go as expected. */
export const scenarioReport: ScenarioReport = {
  name: "tasks-hang-up",
  title: "The candidate's tasks hang up",
  about: "The load balancer answers 502.",
  stage: "production",
  startsAtPercent: 5,
  result: "not held",
  comparisons: [
    { what: "the gate says", expected: "fail", was: "fail", held: true },
    { what: "the traffic is returned", expected: "by the check, within 15 min", was: "never", held: false },
  ],
  found: {
    gate: "fail",
    findings: ["error rate"],
    move: "refused",
    refusal: "Rollout refused.",
    alarms: [],
    returned: null,
    notices: [],
    requests: 1250,
    failed: 30,
    webSockets: { opened: 0, kept: 0 },
  },
  timeline: [{ minute: 1, candidatePercent: 5, requests: 10, ofCandidate: 1, failed: 1 }],
  slowestControlMilliseconds: 20,
  tries: 1,
  seconds: 5,
};

/** A run in which everything held. */
export const rehearsalReport: RehearsalReport = {
  version: 1,
  startedAt: moveReport.at,
  seconds: 38,
  held: true,
  machine: { node: "v24.0.0", platform: "linux-x64", cores: 2 },
  settings: { seed: 1, timeFactor: 20, requestsPerSecond: 400, answersPerStep: 400 },
  limits: {
    seconds: { what: "run time in seconds", limit: 60, measured: 38, kept: true },
    memoryMib: { what: "peak memory in MiB", limit: 600, measured: null, kept: true },
  },
  models: ["The load balancer is a model."],
  stages: [stageReport],
  checks: [{ what: "nothing is left behind", held: true, found: "all gone" }],
};
