import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DescribeRulesCommand, ModifyRuleCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { getRootDirectory } from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { readSplit } from "../../infra/aws/public-rule.ts";
import { applySettings } from "../../infra/config/apply-settings.ts";
import { projectName } from "../../infra/config/config-keys.ts";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import program from "../../infra/index.ts";
import { gateFileVariable, openGateFile } from "../../infra/rollout/gate-file.ts";
import { refusedLooksVariable } from "../../infra/rollout/refused-looks.ts";
import { recordPlan } from "../../rehearsal/plan/record-plan.ts";
import { worldAfter } from "../../rehearsal/plan/world-after.ts";
import { colours } from "../../rollout/colour.ts";
import { parseRecord, type RolloutRecord } from "../../rollout/record.ts";
import type { Split } from "../../rollout/split.ts";
import { connectClients } from "../support/aws/aws-clients.ts";
import { describeWithMoto } from "../support/aws/describe-with-moto.ts";
import { putRequests } from "../support/aws/put-requests.ts";
import { type RecordedRequests, recordRequests } from "../support/aws/record-requests.ts";
import { setAlarm } from "../support/aws/set-alarm.ts";
import { setHealthyTasks } from "../support/aws/set-healthy-tasks.ts";
import { setWeights } from "../support/aws/set-weights.ts";
import { startDeployedStage } from "../support/aws/start-deployed-stage.ts";
import { releaseSettingsOf } from "../support/release-settings.ts";
import { digest, recordAt } from "../support/rollout.ts";
import { fixtureFolder } from "../support/stack-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** The program takes no other time than the machine's; what happened before is so many hours ago. */
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

/** What the stage in the account runs with. */
const releaseSettings = releaseSettingsOf("staging");

/** A record that tells what both colours run with. */
const known = (weightPercent: number, over: Partial<RolloutRecord> = {}) =>
  recordAt(weightPercent, { releaseSettings, ...over });

describeWithMoto("the program that Pulumi runs, in an account", () => {
  const stage = startDeployedStage();
  let requests: RecordedRequests;
  beforeAll(async () => {
    requests = await recordRequests(stage.moto);
    // Refusals of these cases are no evidence of the project's.
    vi.stubEnv(refusedLooksVariable, "");
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await requests.stop();
  });

  const balancing = () => connectClients(stage.moto).balancing;

  async function ruleInAws() {
    const { Rules } = await balancing().send(new DescribeRulesCommand({ RuleArns: [stage.addresses.publicRuleArn] }));
    return Rules?.[0];
  }

  const set = (split: Split) => setWeights(connectClients(stage.moto), stage.addresses, split);
  const split = () => readSplit(balancing(), stage.addresses);

  const byArn = (real: Split) =>
    Object.fromEntries(colours.map((colour) => [stage.addresses.targetGroupArns[colour], real[colour]]));

  /**
   * Runs the program after an update that left this record, with the rule as it is in the account.
   *
   * @param publicRuleArn ARN that the last update named the rule by. Default the one in the account
   * @param set what differs from the stack file besides
   * @param isPreview whether it only previews
   * @param stack which stage's program and file. Default staging, whose account it is
   * @param seen weights of the public rule as the provider reads them. Default those in the account
   */
  async function update(
    previous: RolloutRecord,
    weightPercent: number,
    {
      publicRuleArn = stage.addresses.publicRuleArn,
      set = {},
      seen,
      isPreview = false,
      stack = "staging",
    }: {
      readonly stack?: Stage;
      readonly publicRuleArn?: string;
      readonly set?: Readonly<Record<string, unknown>>;
      readonly seen?: Readonly<Record<string, number>>;
      readonly isPreview?: boolean;
    } = {},
  ): Promise<{ readonly record: unknown; readonly warnings: readonly string[] }> {
    const { addresses } = stage;
    const { stackOutputs, listenerRules, parameters } = worldAfter(previous);
    const weights = seen ?? byArn(await split());
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    requests.take();
    onTestFinished(() => void warn.mockRestore());
    const { outputs } = await recordPlan({
      project: projectName,
      stack,
      config: applySettings(readStackFile(fixtureFolder, stack).values, {
        "images.blue": previous.images.blue,
        "images.green": previous.images.green,
        "rollout.freezeWindows": [],
        "api.minTasks": 2,
        liveColour: previous.liveColour,
        candidateWeight: weightPercent,
        ...set,
      }),
      calls: {
        parameters: parameters ?? {},
        stackOutputs: { ...stackOutputs, ...addresses, publicRuleArn },
        listenerRules: {
          ...listenerRules,
          [publicRuleArn]: weights,
        },
      },
      program,
      isPreview,
    });
    const warnings = warn.mock.calls.map(([message]) => String(message));
    warn.mockClear();
    return { record: outputs["rollout"], warnings };
  }

  it("writes a rule whole that somebody has rewritten to one group, though record and config have had 0 % all along", async () => {
    const { publicRuleArn, targetGroupArns } = stage.addresses;
    const Actions = [{ Type: "forward" as const, TargetGroupArn: targetGroupArns.green }];
    await balancing().send(new ModifyRuleCommand({ RuleArn: publicRuleArn, Actions }));
    await update(known(0), 0, { seen: { [targetGroupArns.green]: 1 } });
    expect(requests.take()).toEqual(["ModifyRule", "DescribeRules"]);
    expect(await split()).toEqual({ blue: 100, green: 0 });
  });

  it("takes back what an update left out that was killed after it had moved the rule", async () => {
    await set({ blue: 95, green: 5 });
    const before = await ruleInAws();
    const { record, warnings } = await update(known(0), 0);
    expect(requests.take()).toEqual(["ModifyRule", "DescribeRules"]);
    const after = await ruleInAws();
    expect(after?.Actions?.[0]?.ForwardConfig).toEqual({
      TargetGroups: [
        { TargetGroupArn: stage.addresses.targetGroupArns.blue, Weight: 100 },
        { TargetGroupArn: stage.addresses.targetGroupArns.green, Weight: 0 },
      ],
      TargetGroupStickinessConfig: { Enabled: false, DurationSeconds: 1 },
    });
    expect([after?.Conditions, after?.Priority]).toEqual([before?.Conditions, before?.Priority]);
    expect(record).toMatchObject({ liveColour: "blue", weightPercent: 0 });
    expect(warnings).toEqual([expect.stringContaining("and read it back.")]);
  });

  it("keeps the contract migrations that the project's evidence tells of, and forgets those that its restores undid", async () => {
    await set({ blue: 100, green: 0 });
    // Without an engine the SDK names the project's folder below the working directory.
    const [folder, left] = [temporaryFolder(), process.cwd()];
    const below = join(folder, getRootDirectory(), "evidence", "staging");
    const write = (name: string, content: object) => writeFileSync(join(below, name), JSON.stringify(content));
    mkdirSync(below, { recursive: true });
    const [at, image] = [hoursAgo(5).toISOString(), digest("a")];
    const task = { run: "migrate", kind: "contract", image, exitCode: 0, startedAt: at };
    write("2026-11-23T12-00-00Z-task.json", { at, outcome: "done", task });
    process.chdir(folder);
    onTestFinished(() => process.chdir(left));
    const { record } = await update(known(0), 0);
    expect(parseRecord(record)?.contractMigrations).toEqual([{ at, image }]);

    const [source, to] = ["portal-staging-1", hoursAgo(6).toISOString()];
    const restore = { source, to, instance: "portal-staging-2", rolesChecked: true };
    write("2026-11-23T16-00-00Z-restore.json", { at: hoursAgo(1).toISOString(), outcome: "done", restore });
    const restored = { "database.restoreFrom": { sourceInstanceIdentifier: source, restoreTime: to } };
    const after = await update(known(0, { contractMigrations: [{ at, image }] }), 0, { set: restored });
    expect(parseRecord(after.record)).not.toHaveProperty("contractMigrations");
  });

  const at25 = known(25, { since: hoursAgo(9).toISOString() });

  it("takes a step down ahead of the engine, and asks nothing about it", async () => {
    await set({ blue: 75, green: 25 });
    await update(at25, 5);
    expect(requests.take()).toEqual(["ModifyRule", "DescribeRules"]);
    expect(await split()).toEqual({ blue: 95, green: 5 });
  });

  it("says in the preview of a step down that live has no healthy task, and refuses nothing", async () => {
    await set({ blue: 75, green: 25 });
    await setHealthyTasks(stage.account, "blue", 0);
    await setHealthyTasks(stage.account, "green", 2);
    const told = expect.stringContaining(
      "blue has no healthy task, and this update gives it 100 % of the public traffic: users may get errors. green has 2 healthy tasks. Look at blue's service: npm run rollout -- status --stage staging. The update does not wait for it.",
    );
    expect((await update(at25, 0, { isPreview: true })).warnings).toContainEqual(told);
    expect((await update(at25, 25, { isPreview: true })).warnings).not.toContainEqual(told);
    await setHealthyTasks(stage.account, "blue", 1);
    expect((await update(at25, 0, { isPreview: true })).warnings).not.toContainEqual(told);
    await setHealthyTasks(stage.account, "blue", 0);
    expect((await update(at25, 0)).warnings).not.toContainEqual(told);
  });

  describe("before a step up", () => {
    beforeAll(async () => {
      await set({ blue: 75, green: 25 });
      for (const colour of colours) {
        await setHealthyTasks(stage.account, colour, 2);
        await putRequests(stage.account, { colour, at: hoursAgo(1), requests: 400 });
      }
    });
    /** Names a file for the verdict. @returns reads it */
    const nameGateFile = () => {
      const path = join(temporaryFolder(), "gate.json");
      vi.stubEnv(gateFileVariable, path);
      onTestFinished(() => void vi.stubEnv(gateFileVariable, undefined));
      return () => openGateFile(path)?.read();
    };

    it("asks the gate by eight calls, leaves its numbers, and leaves the rule to the engine", async () => {
      const written = nameGateFile();
      const { record } = await update(at25, 50);
      // At most ten, so that a preview stays quick.
      expect([...requests.take()].sort()).toEqual([
        "DescribeAlarms",
        "DescribeRules",
        "DescribeServices",
        "DescribeTargetHealth",
        "DescribeTargetHealth",
        "GetMetricData",
        "GetMetricData",
        "GetMetricData",
      ]);
      expect(parseRecord(record)?.history.at(-1)?.gate).toMatchObject({ candidate: { requests: 400, errors: 0 } });
      expect(await split()).toEqual({ blue: 75, green: 25 });
      expect(written()).toMatchObject({ refusals: [], gate: { verdict: "pass" } });
    });

    /** Names a file for refused looks. @returns reads its lines */
    const nameLooksFile = () => {
      const path = join(temporaryFolder(), "evidence", "looks.jsonl");
      vi.stubEnv(refusedLooksVariable, path);
      onTestFinished(() => void vi.stubEnv(refusedLooksVariable, ""));
      return () =>
        readFileSync(path, "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line));
    };

    it("asks the engine for staging's record before production's first step", async () => {
      await set({ blue: 100, green: 0 });
      onTestFinished(() => set({ blue: 75, green: 25 }));
      await expect(update(known(0), 5, { stack: "production" })).rejects.toThrow(
        'the outputs of the stack staging cannot be read (invocation of pulumi:pulumi:readStackOutputs returned an error: unknown stack "organization/celebrant-portal/staging").',
      );
    });

    it("refuses while an alarm fires, and writes why into the file that was named", async () => {
      const written = nameGateFile();
      const alarm = stage.addresses.compositeAlarmNames.green;
      await setAlarm(stage.account.clients, alarm, "ALARM");
      await expect(update(at25, 50)).rejects.toThrow(`You asked for 50 %. Alarm ${alarm} is firing.`);
      await setAlarm(stage.account.clients, alarm, "OK");
      expect(written()).toMatchObject({ refusals: [{ rule: "gate" }], gate: { verdict: "fail" } });
    });

    it("leaves a line for each look that refused, and none where nothing was refused", async () => {
      const looks = nameLooksFile();
      const alarm = stage.addresses.compositeAlarmNames.green;
      await setAlarm(stage.account.clients, alarm, "ALARM");
      await expect(update(at25, 50)).rejects.toThrow();
      await expect(update(at25, 50)).rejects.toThrow();
      await setAlarm(stage.account.clients, alarm, "OK");
      await update(at25, 50);
      const line = {
        wanted: { liveColour: "blue", weightPercent: 50 },
        verdict: "fail",
        candidate: { requests: 400, errors: 0 },
        live: { requests: 400, errors: 0 },
        refusals: [{ rule: "gate", message: expect.stringContaining(`Alarm ${alarm} is firing.`) }],
      };
      expect(looks()).toMatchObject([line, line]);
    });

    it("refuses a candidate whose tasks hang up, which the load balancer answers and counts for no colour", async () => {
      // In the record's time, and before the requests that the other cases count.
      const at = hoursAgo(2);
      await putRequests(stage.account, { colour: "green", at, requests: 40, hungUp: 40 });
      await expect(update(at25, 50)).rejects.toThrow("The candidate had 40 errors in 440 requests");
    });

    it.each([
      [
        2,
        "The clock of this machine is 2 h ahead of AWS's. Bakes, freeze windows and the times of requests would be judged by a wrong time. Correct the clock, and run this command again.",
      ],
      [-2, "The clock of this machine is 2 h behind AWS's."],
    ])("refuses by a clock that is %i h ahead of AWS's", async (hours, message) => {
      vi.useFakeTimers({ toFake: ["Date"], now: hoursAgo(-hours) });
      onTestFinished(() => void vi.useRealTimers());
      await expect(update(at25, 50)).rejects.toThrow(message);
    });

    it("refuses where AWS cannot be read, and says what was asked and what AWS answered", async () => {
      const written = nameGateFile();
      vi.stubEnv("AWS_ENDPOINT_URL_ECS", "http://127.0.0.1:9");
      const refused = expect(update(at25, 50)).rejects;
      await refused.toThrow(/^Rollout refused\. You asked for 50 %\. The gate could not be asked: AWS: the services/);
      vi.stubEnv("AWS_ENDPOINT_URL_ECS", undefined);
      expect(written()).toMatchObject({ refusals: [{ rule: "gate" }], gate: null });
    });
  });

  describe("before a return", () => {
    const promoted = known(0, {
      liveColour: "green",
      promotedAt: hoursAgo(1).toISOString(),
      rollbackWindowSeconds: 7200,
      history: [
        {
          at: hoursAgo(1).toISOString(),
          event: "promoted",
          liveColour: "green",
          weightPercent: 0,
          images: recordAt(0).images,
        },
      ],
    });
    const back = () => update(promoted, 0, { set: { liveColour: "blue" } });
    beforeAll(() => setHealthyTasks(stage.account, "blue", 0));

    it("asks whether the old colour has a healthy task, by one call, and refuses where it has none", async () => {
      await set({ blue: 0, green: 100 });
      await expect(back()).rejects.toThrow(
        "Rollout refused. You asked for blue as the live colour, which gives it all public traffic at once. It has no healthy task, so it would answer nobody. Keep liveColour at green, and look at the events of blue's service. If its tasks cannot be started, roll out a fixed release as images.blue.",
      );
      expect(requests.take()).toEqual(["DescribeTargetHealth"]);
      await setHealthyTasks(stage.account, "blue", 1);
      expect((await back()).record).toMatchObject({ liveColour: "blue" });
    });

    it("refuses where AWS does not tell", async () => {
      await set({ blue: 0, green: 100 });
      vi.stubEnv("AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2", "http://127.0.0.1:9");
      await expect(back()).rejects.toThrow(
        /all public traffic at once\. It is not known whether it has a healthy task: AWS: the tasks' health could not be read: .*Keep liveColour at green until AWS answers\./,
      );
      vi.stubEnv("AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2", undefined);
    });

    it("asks nothing of one whose traffic went first", async () => {
      await setHealthyTasks(stage.account, "blue", 0);
      await set({ blue: 100, green: 0 });
      expect((await back()).record).toMatchObject({ liveColour: "blue" });
      expect(requests.take()).toEqual([]);
    });
  });

  describe("after an update by a version that did not record what live runs with", () => {
    const larger = { "api.memoryMib": 2048 };
    const older = recordAt(0);

    it("reads it from the deployed task definitions, by a call for each colour", async () => {
      await set({ blue: 100, green: 0 });
      const { record } = await update(older, 0, { set: larger });
      expect(requests.take()).toEqual(["DescribeTaskDefinition", "DescribeTaskDefinition", "DescribeDBInstances"]);
      const live = releaseSettings.blue?.["api.memoryMib"];
      expect(parseRecord(record)?.releaseSettings).toMatchObject({
        blue: { "api.memoryMib": live },
        green: { "api.memoryMib": 2048 },
      });
      expect(live).not.toBe(2048);
    });

    it("asks nothing any more once the record tells, and nothing new of a number that stays or falls", async () => {
      await set({ blue: 100, green: 0 });
      const { record } = await update(older, 0);
      requests.take();
      const completed = parseRecord(record) ?? older;
      await update(completed, 0);
      await set({ blue: 75, green: 25 });
      await update({ ...completed, weightPercent: 25 }, 25);
      expect(requests.take()).toEqual([]);
    });

    it("refuses where AWS does not tell, and says what was asked and what AWS answered", async () => {
      await set({ blue: 100, green: 0 });
      vi.stubEnv("AWS_ENDPOINT_URL_ECS", "http://127.0.0.1:9");
      await expect(update(older, 0)).rejects.toThrow(
        /^The record is of an older version .* AWS: the task definition \S+ could not be read: .*AWS cannot be reached from here\./,
      );
      vi.stubEnv("AWS_ENDPOINT_URL_ECS", undefined);
    });
  });

  it("goes on where AWS refuses to write, and says what was asked and what AWS answered", async () => {
    await set({ blue: 95, green: 5 });
    const { warnings } = await update(known(0), 0, { publicRuleArn: `${stage.addresses.publicRuleArn}0` });
    expect(requests.take()).toEqual(["ModifyRule"]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /could not be written and read back ahead of the update: AWS: the public rule could not be written: .*\(RuleNotFound\w*\)\..* run npm run rollout -- rollback --stage staging\.$/s,
      ),
    ]);
    expect(await split()).toEqual({ blue: 95, green: 5 });
  });
});
