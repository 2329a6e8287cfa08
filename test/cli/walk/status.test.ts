import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { watchStatus } from "../../../cli/reports/watch-status.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { type RecordingProxy, startRecordingProxy } from "../../support/aws/recording-proxy.ts";
import { setAlarm } from "../../support/aws/set-alarm.ts";
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
      /^blue\n {2}role +live\n {2}release +\w{12}\n {2}tasks healthy +2 of 2\n {2}tasks running +\d of \d\n {2}task definition +portal-staging-blue:1\n {2}deployment +completed$/m,
    );
    expect(stdout).toMatch(/^\d+ alarms\n {2}verdict +pass\n {2}found +OK\n {2}bound +OK$/m);
    expect(stdout).not.toMatch(/^ .{80}/m);
    expect(stdout).toMatch(/^The gate's verdict: pass\.$/m);
    expect(stdout).not.toContain("Before the next move:");
    expect(exitCode).toBe(0);
  });

  it("names a release by its label, beside the digest", async () => {
    const { pulumi } = started.current;
    const { account, plan } = pulumi.state;
    const record = { ...plan.record, labels: { blue: null, green: "2.4.0" } };
    started.current.setState({ account, plan: { ...plan, record, outputs: { ...plan.outputs, rollout: record } } });
    const { stdout } = await recorded("status");
    expect(stdout).toMatch(/^green\n {2}role +candidate\n {2}release +2\.4\.0 \w{12}$/m);
    await started.current.standAt5();
  });

  it("tells the bake of the schedule in force, where the file has a laxer one", async () => {
    const before = started.current.stackFile();
    started.current.editStackFile((text) => text.replace("{ weight: 5, bake: 10m }", "{ weight: 5, bake: 5m }"));
    const { stdout } = await recorded("status", "--json");
    expect(JSON.parse(stdout).bake.seconds).toBe(600);
    started.current.editStackFile(() => before);
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

  it("makes the same eleven calls of AWS however long the history is, and one more for the tags of images without a label", async () => {
    const eleven = [
      "DescribeAlarms",
      "DescribeRules",
      "DescribeRules",
      "DescribeServices",
      "DescribeTargetHealth",
      "DescribeTargetHealth",
      "GetMetricData",
      "GetMetricData",
      "GetMetricData",
      "GetParameter",
      "GetParameter",
    ];
    const withTags = [...eleven, "DescribeImages"].sort();
    expect((await recorded("status")).actions).toEqual(withTags);
    const { pulumi } = started.current;
    const { account, plan } = pulumi.state;
    const history = Array.from({ length: 250 }, () => plan.record.history).flat();
    const record = { ...plan.record, history };
    started.current.setState({ account, plan: { ...plan, record, outputs: { ...plan.outputs, rollout: record } } });
    expect((await recorded("status")).actions).toEqual(withTags);
    expect((await recorded("check")).actions).toEqual(eleven);
  });

  it("forecasts from the traffic that was measured", async () => {
    const { stdout, exitCode, actions } = await recorded("forecast");
    expect(stdout).toMatch(
      /^\d+ requests an hour \(measured, the mean of the last two weeks\); of live's, [\d.]+ % fail \(measured\)\. Threshold 1 %/,
    );
    expect(stdout).toMatch(/^ *5 % +\d/m);
    expect(actions).toEqual(["GetMetricData"]);
    expect(exitCode).toBe(0);
  });

  describe("without Pulumi", () => {
    const problem = "Pulumi is not logged in.";
    const noPulumi = { outputs: async () => Promise.reject(new Error(problem)) };
    beforeEach(() => started.current.standAt5());

    it("tells what AWS alone knows, and that there is no bake and no gate", async () => {
      const { current: stage } = started;
      const { exitCode, stdout, stderr } = await stage.runIn(stage.world(noPulumi), "status");
      expect(stdout.split("\n")).toEqual([
        "AWS, staging: blue 95 %, green 5 %.",
        "Latch: clear.",
        "Next: Log in to Pulumi to see whether a step may be taken. A rollback does not need it.",
        "",
        "blue was live after the last update.",
        expect.stringMatching(/^blue: 2 of 2 tasks healthy; alarm portal-staging-blue-\S+: OK\.$/),
        expect.stringMatching(/^green: 2 of 2 tasks healthy; alarm portal-staging-green-\S+: OK\.$/),
        "",
        `Pulumi could not be asked, so this is from AWS alone: no record, no bake, no gate. ${problem}`,
      ]);
      expect([exitCode, stderr]).toEqual([0, ""]);
      const { stdout: json } = await stage.runIn(stage.world(noPulumi), "status", "--json");
      expect(JSON.parse(json)).toMatchObject({ split: { blue: 95, green: 5 }, record: null, gate: null });
    });

    it("names the rollback where the candidate's alarm fires, and where the latch is set", async () => {
      const { current: stage } = started;
      const { clients } = stage.pulumi.account();
      const { compositeAlarmNames } = await stage.addresses();
      await setAlarm(clients, compositeAlarmNames.green, "ALARM");
      const firing = await stage.runIn(stage.world(noPulumi), "status");
      expect(firing.stdout).toContain(
        "Next: The candidate's alarm fires. Return all traffic to blue.\n    npm run rollout -- rollback --stage staging\n",
      );
      await stage.setLatch({ state: "set", at: "2026-11-23T03:20:00Z", reason: "logins fail", rolledBack: "green" });
      const { stdout } = await stage.runIn(stage.world(noPulumi), "status");
      expect(stdout).toMatch(/^Latch: SET at .*14:20 \(Melbourne\), 03:20 UTC, logins fail\.$/m);
      expect(stdout).toContain("The latch is set, and AWS still gives other weights.");
    });

    it("names both failures where AWS does not answer either", async () => {
      const { current: stage } = started;
      const world = { ...stage.world(noPulumi), openRescue: async () => Promise.reject(new Error("AWS: no.")) };
      const { exitCode, stderr } = await stage.runIn(world, "status");
      expect(stderr).toBe(`${problem}\nWithout Pulumi, AWS alone was asked, and that failed too. AWS: no.`);
      expect(exitCode).toBe(1);
    });
  });

  describe("--watch", () => {
    /** Stands some seconds before the bake of 5 % is over. */
    async function standBefore(seconds: number) {
      const { current: stage } = started;
      await stage.standAt5();
      const { stdout } = await stage.run("status", "--json");
      stage.now = new Date(Date.parse(JSON.parse(stdout).bake.over) - seconds * 1000);
      return stage;
    }

    it("looks until the bake is over, and tells each change in a line", async () => {
      const stage = await standBefore(65);
      const { exitCode, stdout } = await stage.run("status", "--watch");
      const lines = stdout.split("\n");
      expect(lines[0]).toMatch(
        / UTC AWS blue 95 %, green 5 %; record 5 %; latch clear; gate: [a-z ]+; bakes until .* UTC$/,
      );
      expect(lines[1]).toBe("AWS, staging: blue 95 %, green 5 %, as recorded.");
      expect(lines.at(-1)).toMatch(
        /^The watch is over: the bake is over, and the gate (?:passes|has not enough data)\.$/,
      );
      expect(exitCode).toBe(lines.at(-1)?.includes("passes") === true ? 0 : 3);
      expect(stage.now.getTime() - Date.parse(stage.pulumi.record.since)).toBeGreaterThanOrEqual(600_000);
    });

    it("ends at once where somebody can act: the gate passes", async () => {
      const { current: stage } = started;
      await stage.standAt5();
      const { exitCode, stdout } = await stage.run("status", "--watch");
      expect(stdout).toMatch(/\n\nThe watch is over: the gate passes\.$/);
      expect(exitCode).toBe(0);
    });

    it("ends with 1 when the latch is set meanwhile, after a line for what changed", async () => {
      const stage = await standBefore(3000);
      const { clients } = stage.pulumi.account();
      const addresses = await stage.addresses();
      const world = stage.world();
      let looks = 0;
      const sleep = async (milliseconds: number) => {
        await world.sleep(milliseconds);
        looks += 1;
        if (looks === 2) await setWeights(clients, addresses, { blue: 100, green: 0 });
        if (looks === 4) await stage.setLatch({ state: "set", at: stage.now.toISOString(), reason: "logins fail" });
      };
      const { exitCode, stdout } = await stage.runIn({ ...world, sleep }, "status", "--watch");
      const lines = stdout.split("\n").filter((line) => line.includes("; latch "));
      expect(lines.map((line) => / AWS ([^;]*)/.exec(line)?.[1])).toEqual([
        "blue 95 %, green 5 %",
        "blue 100 %, green 0 %",
      ]);
      expect(looks).toBe(4);
      expect(stdout).toMatch(/The watch is over: the latch is set\.$/);
      expect(exitCode).toBe(1);
    });

    it("replaces each look by the next one on a terminal", async () => {
      const stage = await standBefore(65);
      const written: string[] = [];
      const screen = { isTerminal: true, write: (text: string) => written.push(text) };
      const { text } = await watchStatus(stage.world(), screen);
      expect(written).toHaveLength(3);
      for (const shown of [...written, text]) expect(shown.startsWith("\u001b[2J\u001b[HAWS, staging: ")).toBe(true);
      expect(written[0]).toMatch(/\nLooks again every 30 s\. Ctrl-C ends the watch\.\n$/);
    });

    it("goes on after a look that failed, and ends after many in a row", async () => {
      const stage = await standBefore(3000);
      const world = stage.world();
      let looks = 0;
      const openAws: typeof world.openAws = (addresses) => {
        looks += 1;
        if (looks === 2 || looks > 3) throw new Error("AWS: no.");
        return world.openAws(addresses);
      };
      const { exitCode, stdout, stderr } = await stage.runIn({ ...world, openAws }, "status", "--watch");
      expect(stdout.match(/Could not look, and tries again: AWS: no\./g)).toHaveLength(1 + 9);
      expect([exitCode, stderr, looks]).toEqual([1, "AWS: no.", 13]);
    });
  });
});
