import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import grpcStubs from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import type * as protocol from "@pulumi/pulumi/proto/analyzer_pb.js";

const packFolder = fileURLToPath(new URL("../../../policies", import.meta.url));
const sdkRequire = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));

/** How the pack can be started: by itself, or by the SDK's runner that the engine starts. */
export const starters = {
  node: ["index.js"],
  engine: [sdkRequire.resolve("./cmd/run-policy-pack/index.js"), "127.0.0.1:1", "."],
} as const;

type Properties = Parameters<protocol.AnalyzeRequest["setProperties"]>[0];

/** A policy pack's own server in a process of its own. */
export interface PackServer {
  /** What the pack is: its name and its policies. */
  readonly describe: () => Promise<protocol.AnalyzerInfo>;
  /** Judges one resource before it is created or changed. */
  readonly judgeResource: (request: protocol.AnalyzeRequest) => Promise<protocol.AnalyzeResponse>;
  /** Judges a stack at the end of a preview or an update. */
  readonly judgeStack: (request: protocol.AnalyzeStackRequest) => Promise<protocol.AnalyzeResponse>;
  /** Ends the process; throws when the pack wrote anything to standard error. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts the pack from its folder, as the engine does, and connects to the port that it prints.
 *
 * @param stack the stack that the engine names to the pack; absent for none
 */
export async function startPack(starter: keyof typeof starters, stack?: string): Promise<PackServer> {
  const child = spawn(process.execPath, [...starters[starter]], {
    cwd: packFolder,
    // See constructEnv in the engine's analyzer_plugin.go.
    env: { ...process.env, ...(stack === undefined ? {} : { PULUMI_NODEJS_STACK: stack }) },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 60_000,
  });
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const port = await firstLine(child, errors);
  const { credentials } = sdkRequire("@grpc/grpc-js");
  const protobuf = sdkRequire("google-protobuf/google/protobuf/empty_pb.js");
  const client = new grpcStubs.AnalyzerClient(`127.0.0.1:${port}`, credentials.createInsecure());
  return {
    describe: () => answer((done) => client.getAnalyzerInfo(new protobuf.Empty(), done)),
    judgeResource: (request) => answer((done) => client.analyze(request, done)),
    judgeStack: (request) => answer((done) => client.analyzeStack(request, done)),
    stop: async () => {
      client.close();
      const exit = once(child, "exit");
      child.kill();
      await exit;
      if (errors.length > 0) throw new Error(errors.join(""));
    },
  };
}

async function firstLine(
  child: ChildProcessByStdio<null, Readable, Readable>,
  errors: readonly string[],
): Promise<number> {
  for await (const line of createInterface(child.stdout)) return Number(line);
  throw new Error(`The pack ended before it served: ${errors.join("")}`);
}

function answer<Response>(
  ask: (done: (error: Error | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    ask((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

/** A property set as the wire carries it. */
export function struct(properties: object): Properties {
  return sdkRequire("google-protobuf/google/protobuf/struct_pb.js").Struct.fromJavaScript(properties);
}
