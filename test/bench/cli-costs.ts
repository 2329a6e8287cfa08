import type { CommandCosts } from "../../rehearsal/bench/costs.ts";
import { startRecordingProxy } from "../support/aws/recording-proxy.ts";
import { cliProcess, copyProject } from "../support/cli/cli-process.ts";
import { TestStage } from "../support/cli/test-stage.ts";

/** Actions of AWS that change something. */
const writes = ["ModifyRule", "PutParameter", "Publish"];

/** Run as a process by the benchmark: measures and prints {@link CommandCosts} as JSON. */
const rounds = Number(process.argv[2] ?? 5);
const stage = await TestStage.deploy("production", new Date(Date.now() - 3 * 3_600_000));
const { environment } = stage.moto;
Object.assign(process.env, environment);
const proxy = await startRecordingProxy({
  get endpoint() {
    return stage.moto.endpoint;
  },
});
await stage.advanceTo(5);
const standing = await stage.remember();
const project = await copyProject(stage);
const cli = cliProcess(project, { ...environment, AWS_ENDPOINT_URL: proxy.endpoint });

async function timed(command: string) {
  proxy.clear();
  const startedAt = Date.now();
  const { exitCode, stderr } = await cli.run(command);
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}: ${stderr}`);
  return { startedAt, milliseconds: Date.now() - startedAt, calls: [...proxy.calls] };
}

const rollbackFirstWriteMilliseconds: number[] = [];
const statusMilliseconds: number[] = [];
let rollbackActions: string[] = [];
let short = 0;
for (let round = 0; round <= rounds; round += 1) {
  await stage.returnTo(standing);
  const status = await timed("status");
  const rollback = await timed("rollback");
  const first = rollback.calls.find(({ action }) => writes.includes(action));
  if (first === undefined) throw new Error("A rollback changed nothing.");
  short = status.calls.length;
  const latched = rollback.calls.findIndex(({ action }) => action === "PutParameter");
  rollbackActions = rollback.calls.slice(0, latched + 1).map(({ action }) => action);
  // The first round is not counted: it fills caches.
  if (round === 0) continue;
  rollbackFirstWriteMilliseconds.push(first.at - rollback.startedAt);
  statusMilliseconds.push(status.milliseconds);
}

const longHistory = 1000;
await stage.returnTo(standing);
const outputs = await stage.pulumi.outputs();
const record = outputs["rollout"] as { history: readonly unknown[] };
const history = [...Array.from({ length: longHistory }, () => record.history[0]), ...record.history];
project.setOutputs({ ...outputs, rollout: { ...record, history } });
const long = (await timed("status")).calls.length;

await stage.remove();
await proxy.stop();
const costs: CommandCosts = {
  rollbackFirstWriteMilliseconds,
  rollbackActions,
  statusMilliseconds,
  statusCalls: { short, long },
  longHistory,
};
console.log(JSON.stringify(costs));
