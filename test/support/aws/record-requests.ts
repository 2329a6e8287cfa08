import { vi } from "vitest";
import type { MotoServer } from "../../../rehearsal/moto/moto.ts";
import { startRecordingProxy } from "./recording-proxy.ts";

/** What clients of the whole process ask of a moto, each request on its own. */
export interface RecordedRequests {
  /** Operations since the last call of this, in the order of their arrival: `DescribeRules` … */
  take(): string[];
  stop(): Promise<void>;
}

/**
 * Puts a server between a moto and every SDK client of this process that is made from the environment, as the commands'
 * are. The caller unstubs the environment.
 */
export async function recordRequests({ endpoint, environment }: MotoServer): Promise<RecordedRequests> {
  const proxy = await startRecordingProxy({ endpoint });
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.stubEnv("AWS_ENDPOINT_URL", proxy.endpoint);
  return {
    take() {
      const taken = proxy.calls.map(({ action }) => action);
      proxy.clear();
      return taken;
    },
    stop: () => proxy.stop(),
  };
}
