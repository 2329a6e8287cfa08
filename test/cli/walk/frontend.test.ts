import { afterEach, beforeEach, expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";
import { vercelToken } from "../../support/cli/test-stage.ts";
import { startVercel, type VercelStandIn } from "../../support/vercel/vercel-stand-in.ts";

const projectName = "celebrant-portal";
const command = "npm run rollout -- frontend --stage production";

describeWithMoto("the frontend in step with the API, against AWS's API and Vercel's", () => {
  const started = startStage("production");
  let deployed: Standing;
  let vercel: VercelStandIn;
  /** The deployment that serves before the release, and the release's own. */
  let before: string;
  let next: string;

  async function begin(stagesPercent: readonly number[] = [5, 25, 50, 100]): Promise<void> {
    const stage = started.current;
    vercel = await startVercel({ projectName, token: vercelToken, stagesPercent, now: () => stage.now });
    stage.vercelUrl = vercel.url;
    before = vercel.push();
    await stage.run("frontend");
    next = vercel.push();
  }

  beforeEach(async () => {
    const stage = started.current;
    deployed ??= await stage.remember();
    await stage.returnTo(deployed);
    await begin();
  });
  afterEach(() => vercel.stop());

  /** One step of the API, after its bake and on requests that the gate passes on. */
  async function step(bakeHours: number) {
    const stage = started.current;
    stage.waitHours(0.1);
    const run = await stage.run("advance");
    expect(run.stderr).toBe("");
    stage.waitHours(bakeHours);
    await stage.serve("green", 4000);
    await stage.serve("blue", 4000);
    return run;
  }

  const declareCompatible = (value = true) =>
    started.current.editStackFile((text) =>
      text.replace("    buildCommand: npm run build\n", `    buildCommand: npm run build\n    compatible: ${value}\n`),
    );

  it("publishes the first deployment whole, because nothing serves", () => {
    expect(vercel.calls).toEqual([`promote ${before}`]);
    expect(vercel.standing).toEqual({ serving: before, percent: undefined });
  });

  it("waits for the whole API, then goes out by stages, each after its bake", async () => {
    const stage = started.current;
    for (const bakeHours of [2, 4, 8]) {
      const { stdout } = await step(bakeHours);
      expect(stdout).toContain(
        `The frontend ${next} waits until the API stands at 100 %, because frontend.compatible is false.`,
      );
      expect(vercel.standing).toEqual({ serving: before, percent: undefined });
    }
    const whole = await step(0);
    expect(whole.stdout).toContain(`The frontend ${next} serves 5 % of the visitors. Its next stage: ${command}.`);
    const early = await stage.run("frontend");
    expect(early.stdout).toMatch(new RegExp(`^The frontend ${next} stays at 5 % of the visitors until .* Then run`));
    for (const [hours, percent] of [
      [2, 25],
      [4, 50],
    ] as const) {
      stage.waitHours(hours);
      expect((await stage.run("frontend")).stdout).toContain(`serves ${percent} % of the visitors`);
    }
    stage.waitHours(8);
    expect((await stage.run("frontend", "--dry-run")).stdout).toBe(
      `The frontend ${next} serves 50 % of the visitors, and ${before} the others. Next: ${next} for 100 % of the visitors.`,
    );
    expect((await stage.run("frontend")).stdout).toBe(`The frontend ${next} serves every visitor.`);
    expect(vercel.standing).toEqual({ serving: next, percent: undefined });

    // Past the API's own bake at 100 %.
    stage.waitHours(48);
    await stage.serve("green", 8000);
    const promoted = await stage.run("promote");
    expect([promoted.exitCode, promoted.stderr]).toEqual([0, ""]);
    expect(promoted.stdout).toContain(`The frontend ${next} serves every visitor, and no newer one is ready.`);

    const returned = await stage.run("rollback", "--to", "blue");
    expect(returned.stdout).toContain(`The frontend is back: every visitor gets ${before} again.`);
    expect(vercel.standing).toEqual({ serving: before, percent: undefined });
  });

  it("goes with the API's steps where both are compatible, and comes back with a rollback at 25 %", async () => {
    const stage = started.current;
    declareCompatible();
    expect((await step(2)).stdout).toContain(`The frontend ${next} serves 5 % of the visitors.`);
    expect((await step(4)).stdout).toContain(`The frontend ${next} serves 25 % of the visitors.`);
    const kept = await stage.evidence();
    expect(kept.map(({ frontend }) => [frontend?.did, frontend?.deployment])).toEqual([
      ["start", next],
      ["approve", next],
    ]);

    const { stdout, exitCode } = await stage.run("rollback", "--reason", "logins fail");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`The frontend is back: every visitor gets ${before} again.`);
    expect(vercel.standing).toEqual({ serving: before, percent: undefined });
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect((await stage.run("frontend")).stdout).toContain("until somebody has resumed: the latch is set.");
    expect((await stage.evidence()).at(-1)?.frontend).toMatchObject({ did: "take back", deployment: before });

    const told = [
      `The frontend ${next} serves 5 % of the visitors.`,
      `The frontend ${next} serves 25 % of the visitors.`,
      `The frontend is back: every visitor gets ${before} again.`,
    ];
    const history = (await stage.run("history")).stdout.split("\n").map((line) => line.trim());
    expect(history.filter((line) => line.startsWith("The frontend"))).toEqual(told);
    const { stdout: report } = await stage.run("report");
    const inMarkdown = told.map((sentence) => sentence.replace("_", "\\_"));
    for (const sentence of inMarkdown) expect(report).toContain(`. ${sentence}`);
  });

  it("moves the API back although Vercel does not answer, and says what is left to be done", async () => {
    const stage = started.current;
    declareCompatible();
    await step(2);
    vercel.failWith(503);
    const { stdout, exitCode } = await stage.run("rollback");
    expect(exitCode).toBe(1);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(await stage.latch()).toMatchObject({ state: "set" });
    expect(stdout).toContain(
      `- The frontend ${next} is still out, though the API is back. Vercel: the frontend could not be taken back: Vercel has a fault (internal_error, 503). Run ${command}. Or in Vercel's dashboard: Instant Rollback to ${before}.`,
    );
    expect(vercel.standing.percent).toBe(5);

    vercel.failWith(undefined);
    expect((await stage.run("frontend")).stdout).toBe(
      `The frontend was taken back: every visitor gets ${before} again.`,
    );
    expect(vercel.standing).toEqual({ serving: before, percent: undefined });
  });

  it("says so where the machine has taken it back before", async () => {
    const stage = started.current;
    declareCompatible();
    await step(2);
    await fetch(`${vercel.url}/v1/projects/${vercel.projectId}/rollback/${before}`, {
      method: "POST",
      headers: { authorization: `Bearer ${vercelToken}` },
    });
    const { stdout, exitCode } = await stage.run("rollback");
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("The frontend is back")]);
    expect(vercel.standing.serving).toBe(before);
  });

  it("refuses a step while the frontend is ahead of the API, whoever has brought it there", async () => {
    const stage = started.current;
    await step(2);
    vercel.startByHand(next);
    const status = await stage.run("status");
    expect(status.stdout).toContain("It is AHEAD of the API: 5 % of the visitors have it, and 0 % may.");
    const refused = await stage.run("advance", "--reason", "INC-12: it has to be out today");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain(
      `The release's frontend serves 5 % of the visitors, and 0 % may have it now. The frontend waits until the API stands at 100 %, because frontend.compatible is false. Run ${command}, which gives every visitor ${before} again.`,
    );
    expect(await stage.weights()).toEqual({ blue: 95, green: 5 });

    expect((await stage.run("frontend")).stdout).toBe(
      `The frontend was taken back: every visitor gets ${before} again.`,
    );
    expect((await stage.run("advance")).exitCode).toBe(0);
  });

  it("takes no step while Vercel does not answer, unless a reason lets it through", async () => {
    const stage = started.current;
    await step(2);
    vercel.failWith(500);
    const refused = await stage.run("advance");
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).toContain(
      "It is not known whether the frontend is ahead of the API. Vercel: the frontend's",
    );
    const taken = await stage.run("advance", "--reason", "INC-12: Vercel has an incident, and the fix must be out");
    expect([taken.exitCode, taken.stderr]).toEqual([0, ""]);
    expect(taken.stdout).toMatch(/The frontend was not moved\. Vercel: .* The API's step stands\. Run npm run/);
    expect(await stage.weights()).toEqual({ blue: 75, green: 25 });
  });

  it("takes back a rolling release that began by hand, when the API is rolled back", async () => {
    const stage = started.current;
    await step(2);
    vercel.startByHand(next);
    const { stdout } = await stage.run("rollback");
    expect(stdout).toContain(`A rolling release of ${next} was under way that no command had begun.`);
    expect(vercel.standing).toEqual({ serving: before, percent: undefined });
  });

  it("goes out whole after the API's last step where the plan has no stages, and comes back whole", async () => {
    const stage = started.current;
    await vercel.stop();
    stage.editStackFile((text) => text.replace(/ {4}rollingRelease:\n( {6}- .*\n)+/, ""));
    expect((await stage.run("apply")).stderr).toBe("");
    await begin([]);
    for (const bakeHours of [2, 4, 8]) await step(bakeHours);
    expect(vercel.standing.serving).toBe(before);
    expect((await step(1)).stdout).toContain(
      `The frontend ${next} serves every visitor. It went out whole, because frontend.rollingRelease has no stages.`,
    );
    const { stdout } = await stage.run("rollback");
    expect(stdout).toContain(`The frontend is back: every visitor gets ${before} again.`);
    expect(vercel.standing.serving).toBe(before);
  });

  it("is moved by an apply, too: a lower weight takes back what is ahead", async () => {
    const stage = started.current;
    declareCompatible();
    await step(2);
    await step(4);
    stage.editStackFile((text) => text.replace("candidateWeight: 25", "candidateWeight: 5"));
    const { stdout, stderr } = await stage.run("apply");
    expect(stderr).toBe("");
    expect(stdout).toContain(`The frontend was taken back: every visitor gets ${before} again.`);
    expect(vercel.standing).toEqual({ serving: before, percent: undefined });
  });

  it("says that nobody looked where there is no token, and moves the API all the same", async () => {
    const stage = started.current;
    stage.vercelUrl = undefined;
    const { stdout, exitCode } = await stage.run("advance");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(
      `The frontend was not looked at, because VERCEL_API_TOKEN is not set. Set it, and run ${command}.`,
    );
    expect((await stage.run("frontend")).exitCode).toBe(1);
  });
});
