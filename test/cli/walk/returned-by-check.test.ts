import { beforeAll, expect, it } from "vitest";
import { checkInput } from "../../../rollout/rollback-machine.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { putRequests } from "../../support/aws/put-requests.ts";
import { runMachineHere } from "../../support/aws/run-machine-here.ts";
import { startStage } from "../../support/cli/start-stage.ts";

// The check counts from when the latch was last written, which is now by moto's clock. The stage's goes on from there.
const deployedAt = new Date();

describeWithMoto("a release that fails from its first request, at 300 requests an hour", () => {
  const started = startStage("production", deployedAt);

  /** Four minutes in which live answers nineteen requests and the candidate one. */
  async function serveFourMinutes(candidate: "fails" | "answers"): Promise<void> {
    const stage = started.current;
    const account = stage.pulumi.account();
    stage.waitHours(4 / 60);
    const at = new Date(stage.now.getTime() - 60_000);
    await putRequests(account, { colour: "green", at, requests: 1, errors: candidate === "fails" ? 1 : 0 });
    await putRequests(account, { colour: "blue", at, requests: 19 });
  }

  /** What the schedule starts each minute. */
  async function check() {
    const stage = started.current;
    const { rollbackStateMachineArn } = await stage.addresses();
    return await runMachineHere(stage.pulumi.account().clients, rollbackStateMachineArn, checkInput, () => stage.now);
  }

  beforeAll(async () => {
    const stage = started.current;
    stage.waitHours(0.1);
    expect(await stage.run("advance")).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("is left alone by the check in its first two failing minutes", async () => {
    for (const _ of [1, 2]) {
      await serveFourMinutes("fails");
      expect(await check()).toMatchObject({ succeeded: true });
      expect(await started.current.weights()).toEqual({ blue: 95, green: 5 });
    }
  });

  it("is returned by the check in the third, with the latch set and the reason told", async () => {
    const stage = started.current;
    await serveFourMinutes("fails");
    const { succeeded, calls } = await check();
    expect(succeeded).toBe(true);
    expect(calls.map(({ action }) => action.split(":")[1]).slice(-4)).toEqual([
      "modifyRule",
      "putParameter",
      "describeTargetHealth",
      "publish",
    ]);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(await stage.latch()).toMatchObject({ state: "set", rolledBack: "green" });
    const { stdout } = await stage.run("status");
    expect(stdout).toMatch(/^Latch: SET at .* UTC, /m);
    const history = await stage.run("history");
    expect(history.stdout).toMatch(/rolled back {2}blue {5}0 %/);
  });

  it("stays off: the number that stands in the file is refused, and a rollback by hand makes the file agree", async () => {
    const stage = started.current;
    const refused = await stage.run("apply");
    expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining("The rollback latch was set")]);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(await stage.run("rollback")).toMatchObject({ exitCode: 0 });
    expect(stage.stackFile()).toContain("candidateWeight: 0");
  });
});

describeWithMoto("a release that answers, at 300 requests an hour", () => {
  const started = startStage("production", deployedAt);

  it("is left alone by the check, also where one request fails", async () => {
    const stage = started.current;
    stage.waitHours(0.1);
    expect(await stage.run("advance")).toMatchObject({ exitCode: 0 });
    const account = stage.pulumi.account();
    for (let minute = 0; minute < 120; minute += 4) {
      const at = new Date(stage.now.getTime() + minute * 60_000);
      await putRequests(account, { colour: "green", at, requests: 1, errors: minute === 40 ? 1 : 0 });
      await putRequests(account, { colour: "blue", at, requests: 19 });
    }
    stage.waitHours(2);
    const { rollbackStateMachineArn } = await stage.addresses();
    const run = await runMachineHere(account.clients, rollbackStateMachineArn, checkInput, () => stage.now);
    expect(run).toMatchObject({ succeeded: true });
    expect(run.calls.some(({ action }) => action.endsWith(":getMetricData"))).toBe(true);
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });
  });
});
