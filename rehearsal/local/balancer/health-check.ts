import { get } from "node:http";
import type { PlannedHealthCheck } from "../routes/target-group-inputs.ts";
import { matches } from "./target-health.ts";

/**
 * Asks a target once, on a connection of its own, as an Application Load Balancer does.
 *
 * @returns whether the status passed the matcher within the planned timeout. The timeout bounds work on this machine,
 * so it is never scaled.
 */
export async function checkHealth(port: number, settings: PlannedHealthCheck): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const request = get(
    {
      host: "127.0.0.1",
      port,
      path: settings.path,
      agent: false,
      headers: { "user-agent": "ELB-HealthChecker/2.0" },
      signal: AbortSignal.timeout(settings.timeoutSeconds * 1000),
    },
    (response) => {
      response.resume();
      resolve(matches(settings.matcher, response.statusCode ?? 0));
    },
  );
  request.once("error", () => resolve(false));
  return await promise;
}
