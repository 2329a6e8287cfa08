import { beforeAll, expect, it, vi } from "vitest";
import { readText } from "../../docs/markdown.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startRecordingProxy } from "../../support/aws/recording-proxy.ts";
import { startStage } from "../../support/cli/start-stage.ts";

/** What the role for people on call may do, without the services' names. */
const statements: readonly { readonly Action: string | readonly string[] }[] = JSON.parse(
  readText(".github/rescue-role/permissions.json"),
).Statement;
const allowed = statements.flatMap(({ Action }) => [Action].flat()).map((action) => action.split(":")[1] ?? action);

describeWithMoto("a rollback by somebody who has no more than the rescue role", () => {
  const started = startStage("production");
  const pulumi = async () => Promise.reject(new Error("Pulumi is not logged in."));
  beforeAll(() => started.current.advanceTo(5));

  /** Runs a command without Pulumi. @returns what it asked AWS for */
  async function callsOf(command: string, ...words: readonly string[]) {
    const stage = started.current;
    const proxy = await startRecordingProxy(stage.moto);
    vi.stubEnv("AWS_ENDPOINT_URL", proxy.endpoint);
    const world = stage.world({ outputs: pulumi, preview: pulumi, update: pulumi });
    const { stdout, stderr } = await stage.runIn(world, command, ...words);
    vi.stubEnv("AWS_ENDPOINT_URL", stage.moto.endpoint);
    await proxy.stop();
    return { actions: [...new Set(proxy.calls.map(({ action }) => action))].sort(), said: `${stdout}\n${stderr}` };
  }

  it("moves the traffic, sets the latch and mails, and status tells it; the role allows each call and none besides", async () => {
    const rollback = await callsOf("rollback", "--reason", "logins fail");
    expect(rollback.said).toContain("Public traffic: blue 100 %, green 0 %");
    const status = await callsOf("status");
    expect(status.said).toContain("Latch: SET");
    expect([...new Set([...rollback.actions, ...status.actions])].sort()).toEqual([...allowed].sort());
    expect(rollback.actions).toEqual(expect.arrayContaining(["ModifyRule", "PutParameter", "Publish"]));
  });
});
