import { delimiter } from "node:path";
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { prepareMotoEnvironment } from "../../../rehearsal/python/moto-environment.ts";
import { actionsOf, managedActions, statementsOf, uncovered } from "../../github/role-documents.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { type RecordingProxy, startRecordingProxy } from "../../support/aws/recording-proxy.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import { openImageWorld } from "../../support/registry/image-world.ts";

const allowedTo = (role: string) => actionsOf(statementsOf(`${role}/permissions`));
const withoutService = (action: string) => action.replace(/^.*:/, "");

describeWithMoto("what the jobs' commands ask AWS for, held against the roles of the jobs", () => {
  const started = startStage("staging");
  beforeEach(() => started.current.standAt5());

  /** From now on every call goes through it. */
  async function record(): Promise<RecordingProxy> {
    const { moto } = started.current;
    const proxy = await startRecordingProxy(moto);
    onTestFinished(() => proxy.stop());
    vi.stubEnv("AWS_ENDPOINT_URL", proxy.endpoint);
    onTestFinished(() => void vi.stubEnv("AWS_ENDPOINT_URL", moto.endpoint));
    return proxy;
  }

  it("propose, apply --dry-run and tell need nothing that the watch role has not; nor do the previews in them", async () => {
    const moto = await prepareMotoEnvironment();
    if ("missing" in moto) throw new Error(moto.missing);
    const allowed = [...managedActions(moto.python, ["SecurityAudit"]), ...allowedTo("watch-role")];
    const stage = started.current;
    const { calls } = await record();
    expect((await stage.run("propose")).exitCode).toBe(0);
    expect((await stage.run("apply", "--dry-run")).exitCode).toBe(0);
    expect((await stage.run("tell")).exitCode).toBe(0);
    const asked = [...new Set(calls.map(({ action }) => action))];
    expect(asked).toEqual(expect.arrayContaining(["DescribeRules", "GetMetricData", "DescribeServices"]));
    expect(uncovered(allowed.map(withoutService), asked)).toEqual([]);
    expect(uncovered(allowed, allowedTo("preview-role"))).toEqual([]);
  });

  it("image push and image stage need nothing that the release role has not, and the role nothing besides but for Docker", async () => {
    const stage = started.current;
    const path = process.env["PATH"];
    await stage.returnTo(await deployed());
    const it = await openImageWorld(stage);
    onTestFinished(() => it.registry.stop());
    vi.stubEnv("PATH", `${it.docker.folder}${delimiter}${path}`);
    onTestFinished(() => void vi.stubEnv("PATH", path));
    const { calls } = await record();
    const pushed = await it.run(["push", "--stage", "staging", "--build", "portal", "--tag", "2.4.0"]);
    expect([pushed.exitCode, pushed.stderr]).toEqual([0, ""]);
    const staged = await it.run(["stage", "--stage", "staging", "--tag", "2.4.0"]);
    expect([staged.exitCode, staged.stderr]).toEqual([0, ""]);
    const asked = [...new Set(calls.map(({ action }) => action))];
    const allowed = allowedTo("release-role").map(withoutService);
    expect(asked.filter((action) => !allowed.includes(action))).toEqual([]);
    const ofDocker = ["BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload", "GetDownloadUrlForLayer"];
    const unasked = [...ofDocker, "InitiateLayerUpload", "PutImage", "UploadLayerPart"];
    expect(allowed.filter((action) => !asked.includes(action)).sort()).toEqual(unasked.sort());
  });

  /** As it stood before its first step. */
  async function deployed() {
    const stage = started.current;
    stage.editStackFile((text) => text.replace(/candidateWeight: \d+/, "candidateWeight: 0"));
    expect((await stage.run("apply")).exitCode).toBe(0);
    return await stage.remember();
  }
});
