/**
 * Tests that start a server or a process: moto, PostgreSQL, git, Pulumi, or the project's own commands. All others are
 * `fast`, and are refused a process; a new test that starts one is named here.
 */
export const externalTests = [
  "test/cli/*.test.ts",
  "test/cli/commands/*.test.ts",
  "test/cli/doctor/*.test.ts",
  "test/cli/migrations/*.test.ts",
  "test/cli/stack-file/set-settings.test.ts",
  "test/cli/verify/*.test.ts",
  "test/cli/walk/*.test.ts",
  "test/components/rollback/executed-machine.test.ts",
  "test/github/pull-request.test.ts",
  "test/infra/aws/*.test.ts",
  "test/infra/published-limits.test.ts",
  "test/infra/program-{secrets,with-aws}.test.ts",
  "test/lint/*.test.ts",
  "test/policies/pack.test.ts",
  "test/rehearsal/audit/main.test.ts",
  "test/rehearsal/load/run-load.test.ts",
  "test/rehearsal/local/fleet.test.ts",
  "test/rehearsal/local/database/local-database.test.ts",
  "test/rehearsal/local/run/{crash,machine-control}.test.ts",
  "test/rehearsal/local/sample-api/sample-api.test.ts",
  "test/rehearsal/main.test.ts",
  "test/rehearsal/moto/*.test.ts",
  "test/rehearsal/plan/main.test.ts",
  "test/cli/reports/rollout-report/in-browser.test.ts",
  "test/rehearsal/report/page/in-browser.test.ts",
  "test/rehearsal/scenarios.test.ts",
  "test/rehearsal/validate/*.test.ts",
  "test/support/aws/*.test.ts",
];
