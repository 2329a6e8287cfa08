import type { Tags } from "../components/scope.ts";
import type { Colour } from "../rollout/colour.ts";
import { dataParameterEnd } from "../rollout/data-evidence.ts";
import { releasedFrontendParameterEnd } from "../rollout/frontend/released-frontend.ts";
import { notedContractsEnd } from "../rollout/noted-contracts.ts";
import { verificationParameterEnd } from "../rollout/verification.ts";
import { service } from "../service.ts";
import type { Stage } from "./config/schema/stage-config.ts";

/**
 * The name every component of a stage is constructed with. It is short because load balancer and target group names end
 * at 32 characters, Pulumi's eight of random suffix included: `portal-production-green-1a2b3c4` has 31.
 */
export function stageName(stage: Stage): string {
  return `${service.resourcePrefix}-${stage}`;
}

/** Tags of every taggable resource of a stage. */
export function stageTags(project: string, stage: Stage): Tags {
  return { Project: project, Stage: stage, ManagedBy: "pulumi" };
}

/** Where the rollback latch is kept; the CLI and the state machine use the same parameter. */
export function latchParameter(project: string, stage: Stage): { readonly path: string; readonly name: string } {
  const path = `/${project}/${stage}/rollout`;
  return { path, name: `${path}/latch` };
}

/** Where the rollback address is kept: under the latch's path, so that one call reads both. */
export function rollbackAddressParameter(
  project: string,
  stage: Stage,
): { readonly path: string; readonly name: string } {
  const { path } = latchParameter(project, stage);
  return { path, name: `${path}/address` };
}

/** Where `verify` leaves its verdict about the release in a colour: under the latch's path, so that one call reads both. */
export function verificationParameter(project: string, stage: Stage, colour: Colour): string {
  return `${latchParameter(project, stage).path}/${verificationParameterEnd(colour)}`;
}

/** Where `integrity` and a migration leave what is known of the data: under the latch's path, as the verdict of `verify` is. */
export function dataParameter(project: string, stage: Stage, colour: Colour): string {
  return `${latchParameter(project, stage).path}/${dataParameterEnd(colour)}`;
}

/** Where `task` notes `contract` migrations: under the latch's path, so that one call reads both. */
export function notedContractsParameter(project: string, stage: Stage): string {
  return `${latchParameter(project, stage).path}/${notedContractsEnd}`;
}

/** Where the commands leave which frontend is out with which release: under the latch's path, so that one call reads both. */
export function releasedFrontendParameter(project: string, stage: Stage): string {
  return `${latchParameter(project, stage).path}/${releasedFrontendParameterEnd}`;
}

/** CloudWatch namespace of the stage's own metrics. */
export function metricNamespace(stage: Stage): string {
  return `${service.metricNamespace}/${stage}`;
}
