import { type ChildProcess, fork } from "node:child_process";
import { endChild, isAlive } from "../child-process.ts";
import { type ApiRequest, type ApiSettings, type Faults, toEnvironment } from "./api-settings.ts";
import type { SampleRelease } from "./releases.ts";

/** A running process of the sample API. */
export interface SampleApi {
  readonly pid: number;
  /** Port on 127.0.0.1. */
  readonly port: number;
  readonly colour: string;
  readonly release: SampleRelease;
  /** Requests that it received itself, without health checks. */
  requestCount(): Promise<number>;
  /** Breaks or mends it while it runs; from the next request on. */
  setFaults(faults: Faults): Promise<void>;
  /** Ends it by SIGTERM, and outright after its stop timeout. @returns whether it ended by itself, in order */
  stop(): Promise<boolean>;
}

type ApiMessage =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: ApiRequest["kind"]; readonly requests: number };

/** Starts one process and waits until it listens. It ends by itself when this process is gone. */
export async function startSampleApi(settings: ApiSettings): Promise<SampleApi> {
  const child = fork(new URL("./api-process.ts", import.meta.url), {
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    execArgv: ["--max-old-space-size=64", "--max-semi-space-size=2"],
    env: { PATH: process.env["PATH"], ...toEnvironment(settings) },
  });
  let complaint = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-2000);
  });
  const ask = (request: ApiRequest) => {
    const reply = nextMessage(child, request.kind, () => complaint);
    child.send(request);
    return reply;
  };
  try {
    const { port } = await nextMessage(child, "listening", () => complaint);
    return {
      pid: child.pid ?? 0,
      port,
      colour: settings.colour,
      release: settings.release,
      requestCount: async () => (await ask({ kind: "count" })).requests,
      async setFaults(faults) {
        await ask({ kind: "faults", faults });
      },
      async stop() {
        const wentWhenAsked = await endChild(child, "SIGTERM", settings.stopTimeoutSeconds + 1);
        return wentWhenAsked && child.exitCode === 0;
      },
    };
  } catch (error) {
    await endChild(child, "SIGKILL", 1);
    throw error;
  }
}

async function nextMessage<Kind extends ApiMessage["kind"]>(
  child: ChildProcess,
  kind: Kind,
  complaint: () => string,
): Promise<Extract<ApiMessage, { readonly kind: Kind }>> {
  if (!isAlive(child)) throw new Error(`the sample API is not running. ${complaint()}`);
  const { promise, resolve, reject } = Promise.withResolvers<Extract<ApiMessage, { readonly kind: Kind }>>();
  const onMessage = (message: unknown) => {
    const received = message as ApiMessage;
    if (received.kind === kind) resolve(received as Extract<ApiMessage, { readonly kind: Kind }>);
  };
  const onExit = () => reject(new Error(`the sample API ended before it answered "${kind}". ${complaint()}`));
  child.on("message", onMessage).once("exit", onExit);
  try {
    return await promise;
  } finally {
    child.off("message", onMessage).off("exit", onExit);
  }
}
