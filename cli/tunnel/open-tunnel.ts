import { createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { usualTunnelPort } from "../../components/database/names.ts";
import { type InstanceState, readInstance } from "../../infra/aws/instance.ts";
import type { TunnelAws } from "../../infra/aws/tunnel-aws.ts";
import { stageName } from "../../infra/naming.ts";
import { parseStageAddresses, type StageAddresses } from "../../infra/stack-outputs.ts";
import { messageOf, RefusedError } from "../outcome.ts";
import type { RolloutWorld } from "../world.ts";
import { type Authorities, readAuthorities } from "./authorities.ts";
import { type TunnelMarker, tunnelMarker } from "./marker.ts";
import { isTheDatabase, pluginFix, pluginVersion, type RunningPlugin, startPlugin } from "./plugin.ts";

/** What a tunnel is asked for. */
export interface TunnelOptions {
  /** Port of this machine. Default: `database.tunnelPort` of the stack file, else 15432. */
  readonly localPort?: number | undefined;
  /** Instance of the stage that it leads to. Default: the one of the last update. */
  readonly instance?: string | undefined;
}

/** A tunnel to the database, for as long as `use` runs. */
export interface OpenTunnel {
  readonly instance: InstanceState;
  /** Name that the instance's certificate has. */
  readonly host: string;
  readonly port: number;
  readonly localPort: number;
  readonly authorities: Authorities;
  readonly aws: TunnelAws;
  /** Is settled when the tunnel has ended before it was closed, with what the plugin said. */
  readonly broken: Promise<string>;
}

/**
 * Opens a tunnel, uses it, and closes it again, whatever happens in between: its task is stopped when `use` has ended or failed
 * or was interrupted. Where this program itself is killed, the next run stops what it left, and the task ends by itself after an
 * hour.
 *
 * @param interrupted stops the waiting until the tunnel is open; what `use` does about it is its own matter
 * @throws {RefusedError} naming every reason why it is not opened
 */
export async function withTunnel<Result>(
  world: RolloutWorld,
  options: TunnelOptions,
  interrupted: AbortSignal,
  use: (tunnel: OpenTunnel) => Promise<Result>,
): Promise<Result> {
  const addresses = parseStageAddresses(world.stage, await world.pulumi.outputs());
  const { region, clusterArn } = addresses;
  const aws = world.openTunnel(addresses);
  const localPort = options.localPort ?? world.stackFile.readConfig().database.tunnelPort ?? usualTunnelPort;
  const marker = tunnelMarker(world.projectFolder, world.stage, localPort);
  const authorities = await readAuthorities(world.projectFolder, process.env);
  const instance = await readInstance(region, options.instance ?? instanceOf(addresses));
  const host = await acceptTunnel(world, { instance, marker, localPort });
  await stopLeft(world, aws, marker, localPort);

  await marker.write();
  const clientToken = `${marker.mark}-${world.now().getTime()}`;
  world.say("Starting the tunnel's task, which takes about a minute");
  let arn: string | undefined;
  let plugin: RunningPlugin | undefined;
  try {
    arn = await aws.start(marker.mark, clientToken);
    const runtimeId = await waitForAgent(world, aws, arn, interrupted);
    const [cluster, task] = [clusterArn.split("/").at(-1), arn.split("/").at(-1)];
    const target = `ecs:${cluster}_${task}_${runtimeId}`;
    plugin = startPlugin(region, await aws.openSession({ target, host, port: instance.port, localPort }));
    await marker.write(plugin.pid);
    await waitForDatabase(plugin, { localPort, host, authorities: authorities.text }, interrupted);
    const { ended: broken } = plugin;
    return await use({ instance, host, port: instance.port, localPort, authorities, aws, broken });
  } finally {
    await plugin?.stop();
    await closeTask(world, aws, marker, arn);
    await marker.remove();
  }
}

function instanceOf({ databaseInstanceIdentifier }: StageAddresses): string {
  if (databaseInstanceIdentifier !== undefined) return databaseInstanceIdentifier;
  throw new Error("The outputs of the stack name no database. Name it: --instance <identifier>.");
}

/**
 * @returns the instance's address
 * @throws {RefusedError} naming every reason why the tunnel is not opened
 */
async function acceptTunnel(
  { stage }: RolloutWorld,
  { instance, marker, localPort }: { instance: InstanceState; marker: TunnelMarker; localPort: number },
): Promise<string> {
  const { identifier, address, status, isPublic } = instance;
  const holder = await marker.holder();
  const problems = [
    ...(await pluginVersion().then(
      () => [],
      (error: unknown) => [`${messageOf(error)} ${pluginFix}`],
    )),
    ...(address === null
      ? [`The database ${identifier} is ${status} and has no address yet. Wait until it is available.`]
      : []),
    ...(isPublic
      ? [
          `The database ${identifier} has a public address in AWS, which the plan does not give it: somebody changed it by hand. Run npx pulumi up --stack ${stage} --refresh --target '**aws:rds/instance:Instance::*' at weight 0 before anybody logs in.`,
        ]
      : []),
    ...(holder === undefined
      ? []
      : [
          `A tunnel is open at 127.0.0.1:${localPort} already, by the process ${holder}. Use that one, or give another --local-port.`,
        ]),
  ];
  if (problems.length > 0 || address === null) throw new RefusedError(`The tunnel to ${identifier}`, problems);
  return address;
}

/** Stops what a run that was killed has left: its plugin, which holds the port, and its tasks. */
async function stopLeft({ say }: RolloutWorld, aws: TunnelAws, marker: TunnelMarker, localPort: number) {
  const pid = await marker.leftPlugin();
  if (pid !== undefined) process.kill(pid, "SIGKILL");
  for (const arn of await aws.list(marker.mark)) {
    say(`Stopping a task that an earlier run has left: ${arn}`);
    await aws.stop(arn);
  }
  for (let look = 0; !(await isFree(localPort)); look += 1) {
    if (look < 20) await setTimeout(100);
    else {
      throw new RefusedError("The tunnel", [
        `Another program listens on 127.0.0.1:${localPort}. End it, or give another --local-port.`,
      ]);
    }
  }
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Milliseconds between two looks, and until the last one. Fargate needs half a minute to a minute. */
const lookEvery = 2000;
const startsWithin = 240_000;

/**
 * @returns what Systems Manager knows the container by
 * @throws {Error} where it stops, or its agent does, or neither runs in time
 */
async function waitForAgent(world: RolloutWorld, aws: TunnelAws, arn: string, interrupted: AbortSignal) {
  const beganAt = world.now().getTime();
  for (;;) {
    interrupted.throwIfAborted();
    const state = await aws.describe(arn);
    const { status = "not known yet", agent = null, runtimeId = null, reasons = [] } = state ?? {};
    if (status === "RUNNING" && agent === "RUNNING" && runtimeId !== null) return runtimeId;
    const why = reasons.length === 0 ? "" : `: ${reasons.join("; ")}`;
    if (status === "STOPPED" || agent === "STOPPED") {
      const what = status === "STOPPED" ? "The tunnel's task stopped" : "The agent in the tunnel's task stopped";
      throw new Error(
        `${what} before it was open${why}. Its log: aws logs tail /${stageName(world.stage)}/api/one-off-tasks --since 10m`,
      );
    }
    if (world.now().getTime() - beganAt > startsWithin) {
      throw new Error(`The tunnel's task is ${status} and its agent ${agent ?? "not known"} after 4 min${why}.`);
    }
    await world.sleep(lookEvery);
  }
}

const answersWithin = 60_000;

async function waitForDatabase(
  plugin: RunningPlugin,
  farEnd: Parameters<typeof isTheDatabase>[0],
  interrupted: AbortSignal,
): Promise<void> {
  let ended: string | undefined;
  void plugin.ended.then((said) => {
    ended = said;
  });
  const beganAt = performance.now();
  while (!(await isTheDatabase(farEnd))) {
    interrupted.throwIfAborted();
    if (ended !== undefined) throw new Error(`The session ended before the tunnel was open: ${ended}`);
    if (performance.now() - beganAt > answersWithin) {
      throw new Error(`The database ${farEnd.host} did not answer through the tunnel within a minute.`);
    }
    await setTimeout(200);
  }
}

/** Stops the task, also one whose start was not answered. That it ends by itself is said where it cannot be stopped. */
async function closeTask({ say, stage }: RolloutWorld, aws: TunnelAws, marker: TunnelMarker, arn: string | undefined) {
  try {
    const arns = arn === undefined ? await aws.list(marker.mark) : [arn];
    for (const one of arns) await aws.stop(one);
    say("The tunnel is closed.");
  } catch (error) {
    say(
      `${messageOf(error)} The tunnel's task ends by itself an hour after its start, or with the next npm run rollout -- tunnel --stage ${stage}.`,
    );
  }
}
