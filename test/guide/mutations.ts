/** One change that takes a demand of the deployment guide away, and the test that has to notice it. */
export interface GuideMutation {
  /** The demand. */
  readonly id: string;
  /** What is gone, as docs/guide-map.md says it. */
  readonly without: string;
  readonly file: string;
  /** Stands in the file once. */
  readonly from: string;
  readonly to: string;
  /** One of the tests that the row is shown by. */
  readonly shownBy: string;
}

const staging = "Pulumi.staging.yaml";
const production = "Pulumi.production.yaml";
const values = "test/docs/guide-values.test.ts";
const alarms = "test/docs/guide-alarms.test.ts";
const logContract = "components/observability/log-contract.ts";
const logMetrics = "test/components/observability/log-metrics.test.ts";

function alert(id: string, from: string, to: string, without: string): GuideMutation {
  return { id, without, file: production, from: `${from} # ${id}`, to: `${to} # ${id}`, shownBy: alarms };
}

/** One for each demand, in the guide's order. */
export const guideMutations: readonly GuideMutation[] = [
  {
    id: "S1",
    without: "staging works on another database",
    file: staging,
    from: "name: celebrant_portal_staging # S1",
    to: "name: celebrant_portal_other # S1",
    shownBy: values,
  },
  {
    id: "S2",
    without: "the migration's task shows the revision instead",
    file: "service.ts",
    from: '["alembic", "upgrade", "head"]',
    to: '["alembic", "current"]',
    shownBy: values,
  },
  {
    id: "S3",
    without: "seeding runs in production too",
    file: "rollout/one-off-tasks.ts",
    from: 'if (run === "seed" && stage === "production")',
    to: "if (false)",
    shownBy: "test/rollout/one-off-tasks.test.ts",
  },
  {
    id: "S4",
    without: "staging runs without debug mode",
    file: staging,
    from: "debug: true # S4",
    to: "debug: false # S4",
    shownBy: values,
  },
  {
    id: "S5",
    without: "staging's frontend is built for production",
    file: staging,
    from: "buildCommand: npm run build:staging # S5",
    to: "buildCommand: npm run build # S5",
    shownBy: values,
  },
  {
    id: "T1",
    without: "a failed test of the suite does not fail verify",
    file: "cli/verify/checks/suites.ts",
    from: "if (failed.length > 0) {",
    to: "if (failed.length > 1000) {",
    shownBy: "test/cli/verify/suites.test.ts",
  },
  {
    id: "T2",
    without: "users send half of their requests",
    file: "rehearsal/load/user-load.ts",
    from: "Math.round(requestsPerSecond * seconds)",
    to: "Math.round((requestsPerSecond * seconds) / 2)",
    shownBy: "test/rehearsal/load/user-load.test.ts",
  },
  {
    id: "T3",
    without: "no policy asks for an encrypted database",
    file: "policies/rules/rds.ts",
    from: 'requireTrue(databaseInstance, "storageEncrypted", {',
    to: 'requireTrue(databaseInstance, "copyTagsToSnapshot", {',
    shownBy: "test/policies/rules.test.ts",
  },
  {
    id: "T4",
    without: "uploaded files have no earlier versions",
    file: "components/storage/uploads-bucket.ts",
    from: 'status: "Enabled",',
    to: 'status: "Suspended",',
    shownBy: "test/components/storage/uploads-bucket.test.ts",
  },
  {
    id: "T5",
    without: "no team's form has the checklist",
    file: "cli/acceptance/form.ts",
    from: "lines: [...checked, ...seen, ...tried, decision]",
    to: "lines: [...seen, ...tried, decision]",
    shownBy: "test/cli/acceptance/answers.test.ts",
  },
  {
    id: "T6",
    without: "beta users get no scenarios",
    file: "cli/acceptance/form.ts",
    from: "lines: [...tried, decision]",
    to: "lines: [decision]",
    shownBy: "test/cli/acceptance/answers.test.ts",
  },
  {
    id: "P1",
    without: "production's API has another role",
    file: production,
    from: "user: prod_user # P1",
    to: "user: other_user # P1",
    shownBy: values,
  },
  {
    id: "P2",
    without: "every stage runs in debug mode",
    file: "components/api/api-environment.ts",
    from: "DEBUG: String(settings.debug),",
    to: 'DEBUG: "true",',
    shownBy: values,
  },
  {
    id: "P3",
    without: "the candidate is on another host",
    file: production,
    from: "candidateApi: api-v2.celebrant-portal.com # P3",
    to: "candidateApi: api-v3.celebrant-portal.com # P3",
    shownBy: values,
  },
  {
    id: "P4",
    without: "the integrity check runs as a role that writes",
    file: "components/api/one-off-tasks.ts",
    from: "databaseUser: users.readOnly",
    to: "databaseUser: users.migrator",
    shownBy: values,
  },
  {
    id: "R1",
    without: "the 25 % step is one of 30 %",
    file: production,
    from: "{ weight: 25, bake: 4h, limit: 7d }",
    to: "{ weight: 30, bake: 4h, limit: 7d }",
    shownBy: values,
  },
  {
    id: "R2",
    without: "the gate does not look at response times",
    file: "rollout/gate/judge-gate.ts",
    from: "    judgeResponseTime(responseTimes, thresholds.responseTimeSeconds),\n",
    to: "",
    shownBy: "test/rollout/gate/judge-gate.test.ts",
  },
  {
    id: "R3",
    without: "all traffic is watched for a day",
    file: production,
    from: "{ weight: 100, bake: 48h, limit: 7d }",
    to: "{ weight: 100, bake: 24h, limit: 7d }",
    shownBy: values,
  },
  {
    id: "R4",
    without: "verify does not log in",
    file: "cli/verify/run-checks.ts",
    from: '    { title: "Log-in", check: () => checkLogIn(subject) },\n',
    to: "",
    shownBy: "test/cli/verify/run-checks.test.ts",
  },
  {
    id: "M1",
    without: "the dashboard shows milliseconds that are seconds",
    file: "components/observability/dashboard-body.ts",
    from: "1000 * response",
    to: "response",
    shownBy: "test/components/observability/portal-dashboard.test.ts",
  },
  {
    id: "M2",
    without: "slow statements are not counted",
    file: logContract,
    from: `pattern: '"duration:" "ms"'`,
    to: `pattern: '"never:" "ms"'`,
    shownBy: logMetrics,
  },
  {
    id: "M3",
    without: "page loads are not read from the logs",
    file: logContract,
    from: '$.event = "page_loaded"',
    to: '$.event = "page_opened"',
    shownBy: logMetrics,
  },
  {
    id: "M4",
    without: "failed log-ins are not read from the logs",
    file: logContract,
    from: '$.event = "login_failed"',
    to: '$.event = "login"',
    shownBy: logMetrics,
  },
  {
    id: "M5",
    without: "registrations are not read from the logs",
    file: logContract,
    from: '$.event = "registration_completed"',
    to: '$.event = "registration"',
    shownBy: logMetrics,
  },
  alert("A1", "errorRatePercent: 1", "errorRatePercent: 2", "2 % errors are tolerated"),
  alert("A2", "responseTimeSeconds: 2", "responseTimeSeconds: 3", "3 s are tolerated"),
  {
    id: "A3",
    without: "two failed connections are tolerated",
    file: "components/observability/database-alarms.ts",
    from: 'comparison: "at least",\n      threshold: 1,',
    to: 'comparison: "at least",\n      threshold: 3,',
    shownBy: alarms,
  },
  alert("A4", "memoryPercent: 80", "memoryPercent: 90", "90 % of memory are tolerated"),
  alert("A5", "diskPercent: 85", "diskPercent: 95", "95 % of the disk are tolerated"),
  {
    id: "B1",
    without: "the machine gives both colours the same weight",
    file: "components/rollback/definition.ts",
    from: '"Weight.$": ',
    to: '"Weight.$": "$.plan.weights.blue" || ',
    shownBy: "test/components/rollback/definition.test.ts",
  },
  {
    id: "B2",
    without: "a restore begins an empty database",
    file: "components/database/restore.ts",
    from: "if (snapshotIdentifier !== undefined) return { snapshotIdentifier };",
    to: "if (snapshotIdentifier !== undefined) return {};",
    shownBy: "test/components/database/restore.test.ts",
  },
  {
    id: "C1",
    without: "the objective is 99.5 %",
    file: production,
    from: "availabilityPercent: 99.9 # C1",
    to: "availabilityPercent: 99.5 # C1",
    shownBy: alarms,
  },
  {
    id: "C2",
    without: "the objective is 300 ms",
    file: production,
    from: "averageResponseMilliseconds: 200 # C2",
    to: "averageResponseMilliseconds: 300 # C2",
    shownBy: alarms,
  },
  {
    id: "C3",
    without: "the objective is 0.8 %",
    file: production,
    from: "errorRatePercent: 0.5 # C3",
    to: "errorRatePercent: 0.8 # C3",
    shownBy: alarms,
  },
  {
    id: "C4",
    without: "a check from before the promote shows that nothing is lost",
    file: "cli/reports/rollout-report/data-after-rollout.ts",
    from: "comparedWith !== null && Date.parse(at) >= Date.parse(since)",
    to: "comparedWith !== null",
    shownBy: "test/cli/reports/rollout-report/data-after-rollout.test.ts",
  },
  {
    id: "C5",
    without: "a release that refuses requests (4xx) is as good as live",
    file: "rollout/gate/against-live.ts",
    from: 'comparison: "refused",',
    to: 'comparison: "errors",',
    shownBy: "test/rollout/gate/against-live.test.ts",
  },
  {
    id: "K1",
    without: "the daily report does not say who gets which traffic",
    file: "cli/reports/rollout-report/daily-report.ts",
    from: "Traffic: $",
    to: "$",
    shownBy: "test/cli/walk/daily-mail.test.ts",
  },
  {
    id: "K2",
    without: "nobody is subscribed to the alarms",
    file: "components/observability/alert-topics.ts",
    from: "for (const address of args.notify) {",
    to: "for (const address of args.notify.slice(1)) {",
    shownBy: alarms,
  },
  {
    id: "K3",
    without: "a release that was taken back is none that failed",
    file: "cli/reports/rollout-report/delivery-figures.ts",
    from: 'filter(({ end }) => end !== "promoted")',
    to: 'filter(({ end }) => end === "rolled back")',
    shownBy: "test/cli/reports/rollout-report/delivery-figures.test.ts",
  },
  {
    id: "K4",
    without: "a notice does not say what its address is for",
    file: "cli/notices/notice-texts.ts",
    from: "Questions and feedback: ",
    to: "",
    shownBy: "test/cli/notices/notice.test.ts",
  },
  {
    id: "TL",
    without: "the rollout begins a day later",
    file: "rollout/release-plan.ts",
    from: "const rolloutDay = 10;",
    to: "const rolloutDay = 11;",
    shownBy: "test/rollout/release-plan.test.ts",
  },
];
