import type { Stage, StageConfig } from "../../../infra/config/schema/stage-config.ts";
import { RefusedError } from "../../outcome.ts";

/** A load that is asked for. */
export interface AskedLoad {
  readonly stage: Stage;
  readonly config: Pick<StageConfig, "hosts" | "edge" | "verify">;
  /** The host that it is for. */
  readonly host: string;
  /** Whether the person has said that it is production that they mean. */
  readonly meansProduction: boolean;
}

/**
 * Refuses a load that must not be made: against a host that is not the stage's own, in production without the person saying
 * so or above its stated rate, and above what the firewall lets one address send, which would measure the firewall.
 *
 * @throws {RefusedError} naming every problem, before anything is sent
 */
export function refuseLoad({ stage, config, host, meansProduction }: AskedLoad): void {
  const { hosts, edge, verify } = config;
  const problems: string[] = [];
  if (host !== hosts.api && host !== hosts.candidateApi) {
    problems.push(
      `${host} is no host of ${stage}. Load goes to hosts.api or hosts.candidateApi of its stack file only.`,
    );
  }
  const { load } = verify;
  if (load === undefined) {
    problems.push(`Pulumi.${stage}.yaml has no verify.load. Write one: its users, seconds and paths.`);
  }
  if (stage === "production" && !meansProduction) {
    problems.push("This is production, where users wait with it. Add --i-mean-production.");
  }
  if (load !== undefined) {
    const most = Math.max(...load.users) / load.secondsBetweenRequests;
    const shown = Math.round(most * 10) / 10;
    if (stage === "production" && most > load.mostRequestsPerSecond) {
      problems.push(
        `${Math.max(...load.users)} users are ${shown} requests a second, and verify.load.mostRequestsPerSecond is ${load.mostRequestsPerSecond}. Lower verify.load.users, or raise secondsBetweenRequests.`,
      );
    }
    const [limit, key] =
      host === hosts.candidateApi
        ? [edge.candidateHostRequestsPerFiveMinutes, "edge.candidateHostRequestsPerFiveMinutes"]
        : [edge.requestsPerFiveMinutes, "edge.requestsPerFiveMinutes"];
    const sent = Math.ceil(most * Math.min(300, load.secondsForEach));
    if (sent > limit) {
      problems.push(
        `${shown} requests a second are ${sent} in five minutes, and ${key} is ${limit}: the firewall would answer in the API's place. Lower verify.load.users, or raise secondsBetweenRequests.`,
      );
    }
  }
  if (problems.length > 0) throw new RefusedError("The load", problems);
}
