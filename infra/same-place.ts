import * as pulumi from "@pulumi/pulumi";
import type { Stage, StageConfig } from "./config/schema/stage-config.ts";
import { type RecordedOutputs, stackOutputsSchema } from "./stack-outputs.ts";

/** Where an update is about to go, and what the last one left. */
export interface PlaceRequest {
  readonly config: Pick<StageConfig, "aws" | "hosts">;
  /** None on a stack's first deployment. */
  readonly outputs: RecordedOutputs;
  readonly stage: Stage;
}

/**
 * Refuses a file that moves a deployed stage to another region, or that gives the candidate the host of the public.
 *
 * In another region there is neither rule nor latch, so that all lookups would fail as if somebody had deleted them. And a host
 * decides before any weight: under the public's own name the candidate would serve everybody, at `candidateWeight` 0 too.
 *
 * @throws {pulumi.RunError} naming what is asked, what is deployed, and what to do
 */
export function requireSamePlace({ config, outputs, stage }: PlaceRequest): void {
  const region = stackOutputsSchema.shape.region.safeParse(outputs.region).data;
  const endpoints = stackOutputsSchema.shape.endpoints.safeParse(outputs.endpoints).data;
  const problems: string[] = [];
  if (region !== undefined && region !== config.aws.region) {
    problems.push(
      `aws.region is ${config.aws.region}, but the last update deployed ${stage} in ${region}. A stage does not move to another region: Pulumi would replace all that it has, and no weight, latch or alarm could be read there. Put ${region} back.`,
    );
  }
  const publicHost = endpoints === undefined ? undefined : hostOf(endpoints.api);
  if (publicHost !== undefined && config.hosts.candidateApi === publicHost) {
    problems.push(
      `hosts.candidateApi is ${publicHost}, which has been the public's host (hosts.api) since the last update. The candidate would serve everybody who asks for it, whatever candidateWeight says. Keep ${publicHost} as hosts.api, and give the candidate another name.`,
    );
  }
  if (problems.length > 0) throw new pulumi.RunError(refusal(problems));
}

/**
 * Refuses credentials of another account than the last update's: nothing of the stage is there, which looks as if somebody had
 * deleted it.
 *
 * @param account what AWS answered, 12 digits; undefined where it did not
 * @throws {pulumi.RunError} naming both accounts and what to do
 */
export function requireSameAccount(account: string | undefined, recorded: string | undefined, stage: Stage): void {
  if (account === undefined || recorded === undefined || account === recorded) return;
  throw new pulumi.RunError(
    refusal([
      `These credentials are for the AWS account ${account}, but the last update deployed ${stage} in ${recorded}. Log in to ${recorded} (aws sso login), or set AWS_PROFILE to a profile of that account, and run this command again. With aws.accountId in the stack file, AWS's provider holds this too.`,
    ]),
  );
}

function refusal(problems: readonly string[]): string {
  return ["The update is refused before it asks AWS for anything else. Nothing was changed.", ...problems].join("\n- ");
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).hostname : undefined;
}
