import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { type RecordingProxy, startRecordingProxy } from "../../support/aws/recording-proxy.ts";
import { setWeights } from "../../support/aws/set-weights.ts";
import { startStage } from "../../support/cli/start-stage.ts";

describeWithMoto("status", () => {
  const started = startStage("staging");
  let proxy: RecordingProxy;
  beforeAll(async () => {
    await started.current.standAt5();
    proxy = await startRecordingProxy(started.moto);
  });
  afterAll(() => proxy?.stop());

  async function recorded(...words: [string, ...string[]]) {
    proxy.clear();
    vi.stubEnv("AWS_ENDPOINT_URL", proxy.endpoint);
    const run = await started.current.run(...words);
    vi.stubEnv("AWS_ENDPOINT_URL", started.moto.endpoint);
    return { ...run, actions: proxy.calls.map(({ action }) => action).sort() };
  }

  it("shows where the rollout stands and whether it may go on", async () => {
    const { stdout, exitCode } = await recorded("status");
    expect(stdout.split("\n").slice(0, 6)).toEqual([
      "AWS, staging: blue 95 %, green 5 %, as recorded.",
      "Latch: clear.",
      "Next: The step to 25 % may be taken now.",
      "    npm run rollout -- advance --stage staging",
      "",
      expect.stringMatching(/^blue is live, green has 5 % since .*; the bake is over\.$/),
    ]);
    expect(stdout).toMatch(/^Dashboard: https:\/\/ap-southeast-2\.console\.aws\.amazon\.com\/\S+\/portal-staging$/m);
    expect(stdout).toMatch(
      /^blue\n {2}role +live\n {2}image +\w{12}\n {2}tasks healthy +2 of 2\n {2}tasks running +\d of \d\n {2}task definition +portal-staging-blue:1\n {2}deployment +completed$/m,
    );
    expect(stdout).toMatch(/^\d+ alarms\n {2}verdict +pass\n {2}found +OK\n {2}bound +OK$/m);
    expect(stdout).not.toMatch(/^ .{80}/m);
    expect(stdout).toMatch(/^The gate's verdict: pass\.$/m);
    expect(stdout).not.toContain("Before the next move:");
    expect(exitCode).toBe(0);
  });

  it("says the same to a machine as one document", async () => {
    const { stdout } = await recorded("status", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      stage: "staging",
      record: { liveColour: "blue", weightPercent: 5 },
      split: { blue: 95, green: 5 },
      drift: false,
      latch: { state: "clear" },
      bake: { seconds: expect.any(Number), secondsLeft: 0 },
      configured: { liveColour: "blue", weightPercent: 5 },
      next: { kind: "step", weightPercent: 25, command: "npm run rollout -- advance --stage staging" },
      refusals: [],
      gate: { verdict: "pass", input: { counts: { candidate: { requests: 400, errors: 0 } } } },
    });
  });

  it("says where the record differs, below what AWS does", async () => {
    const { current } = started;
    await setWeights(current.pulumi.account().clients, await current.addresses(), { blue: 60, green: 40 });
    const { stdout } = await recorded("status");
    expect(stdout.split("\n").slice(0, 6)).toEqual([
      "AWS, staging: blue 60 %, green 40 %, which is NOT what the record says.",
      "Latch: clear.",
      "Next: Nobody asked for the weights that AWS has. Return all traffic to blue.",
      "    npm run rollout -- rollback --stage staging",
      "",
      "The record differs from AWS: it has blue 95 and green 5.",
    ]);
    await started.current.standAt5();
  });

  it("makes the same eight calls of AWS however long the history is", async () => {
    const eight = [
      "DescribeAlarms",
      "DescribeRules",
      "DescribeServices",
      "DescribeTargetHealth",
      "DescribeTargetHealth",
      "GetMetricData",
      "GetMetricData",
      "GetParameter",
    ];
    expect((await recorded("status")).actions).toEqual(eight);
    const { pulumi } = started.current;
    const { account, plan } = pulumi.state;
    const history = Array.from({ length: 250 }, () => plan.record.history).flat();
    const record = { ...plan.record, history };
    started.current.setState({ account, plan: { ...plan, record, outputs: { ...plan.outputs, rollout: record } } });
    expect((await recorded("status")).actions).toEqual(eight);
    expect((await recorded("check")).actions).toEqual(eight);
  });

  it("forecasts from the traffic that was measured", async () => {
    const { stdout, exitCode, actions } = await recorded("forecast");
    expect(stdout).toMatch(/^\d+ requests an hour \(measured, the mean of the last two weeks\); threshold 1 %/);
    expect(stdout).toMatch(/^ *5 % +\d/m);
    expect(actions).toEqual(["GetMetricData"]);
    expect(exitCode).toBe(0);
  });
});
