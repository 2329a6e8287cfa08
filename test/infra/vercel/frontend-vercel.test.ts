import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openVercel } from "../../../infra/vercel/frontend-vercel.ts";
import { startVercel, type VercelStandIn } from "../../support/vercel/vercel-stand-in.ts";

const projectName = "celebrant-portal";
const teamId = "team_abc123";
const stagesPercent = [5, 25, 100];
let vercel: VercelStandIn;

const open = (change: { token?: string; url?: string; projectName?: string } = {}) =>
  openVercel({
    frontend: { projectName: change.projectName ?? projectName, teamId },
    token: change.token ?? "token-1",
    url: change.url ?? vercel.url,
  });

const publish = (deployment: string) => ({ kind: "publish", deployment, percent: 100 }) as const;
const start = (deployment: string) => ({ kind: "start", deployment, percent: 5 }) as const;

async function begin(stages: readonly number[] = stagesPercent): Promise<void> {
  vercel = await startVercel({ projectName, teamId, token: "token-1", stagesPercent: stages });
}

describe("Vercel by its SDK", () => {
  beforeEach(() => begin());
  afterEach(() => vercel.stop());

  it("sees nothing of a project without deployments", async () => {
    expect(await open().look()).toEqual({
      projectId: vercel.projectId,
      serving: undefined,
      newest: undefined,
      rolling: undefined,
    });
  });

  it("sees a deployment that waits beside the one that serves", async () => {
    const first = vercel.push();
    await open().act(publish(first), vercel.projectId);
    const second = vercel.push();
    const sight = await open().look();
    expect([sight.serving, sight.newest?.id, sight.newest?.state]).toEqual([first, second, "staged"]);
  });

  it("takes a release through its stages to the end", async () => {
    const [first, second] = [vercel.push(), vercel.push()];
    const frontend = open();
    await frontend.act(publish(first), vercel.projectId);
    await frontend.act(start(second), vercel.projectId);
    const { rolling } = await frontend.look();
    expect(rolling).toMatchObject({ deployment: second, base: first, advancesItself: false });
    expect(rolling?.stage).toEqual({ index: 0, percent: 5, isFinal: false });
    expect(rolling?.nextStage).toEqual({ index: 1, percent: 25, isFinal: false });

    await frontend.act({ kind: "approve", deployment: second, stageIndex: 1, percent: 25 }, vercel.projectId);
    expect((await frontend.look()).rolling?.nextStage).toEqual({ index: 2, percent: 100, isFinal: true });
    await frontend.act({ kind: "complete", deployment: second, percent: 100 }, vercel.projectId);
    const sight = await frontend.look();
    expect([sight.serving, sight.rolling, sight.newest?.state]).toEqual([second, undefined, "promoted"]);
  });

  it("takes a release back to the deployment before, at a stage and after the last one", async () => {
    const [first, second] = [vercel.push(), vercel.push()];
    const frontend = open();
    const back = { kind: "take back", to: first, percent: 0 } as const;
    await frontend.act(publish(first), vercel.projectId);
    await frontend.act(start(second), vercel.projectId);
    await frontend.act(back, vercel.projectId);
    expect(vercel.standing).toEqual({ serving: first, percent: undefined });
    await frontend.act(start(second), vercel.projectId);
    await frontend.act({ kind: "complete", deployment: second, percent: 100 }, vercel.projectId);
    await frontend.act(back, vercel.projectId);
    expect((await frontend.look()).serving).toBe(first);
  });

  it.each([
    ["another token", { token: "other" }, "Not authorized (forbidden, 403). VERCEL_API_TOKEN has to be a token"],
    ["another project", { projectName: "other" }, "Project not found (not_found, 404)."],
  ])("says what Vercel refuses: %s", async (_, change, said) => {
    await expect(open(change).look()).rejects.toThrow(said);
  });

  it("says what was asked where Vercel has a fault", async () => {
    vercel.push();
    vercel.failWith(503);
    await expect(open().act(start("dpl_1"), vercel.projectId)).rejects.toThrow(
      "Vercel: the frontend's rolling release could not be started: Vercel has a fault (internal_error, 503).",
    );
  });

  it("says that nothing answers", async () => {
    await expect(open({ url: "http://127.0.0.1:9" }).look()).rejects.toThrow(
      /^Vercel: the frontend's .* could not be read: nothing answers within 10 s.*Check the network, and run it again\.$/,
    );
  });

  it("publishes whole where the plan has no stages, and says so where a rolling release is asked for", async () => {
    await vercel.stop();
    await begin([]);
    const [first, second] = [vercel.push(), vercel.push()];
    await open().act(publish(first), vercel.projectId);
    await expect(open().act(start(second), vercel.projectId)).rejects.toThrow("Rolling Releases are not available");
    await open().act(publish(second), vercel.projectId);
    expect(vercel.standing.serving).toBe(second);
  });
});
