import { getParametersByPath } from "@pulumi/aws/ssm/getParametersByPath.js";
import * as pulumi from "@pulumi/pulumi";
import { clearLatch, type Latch, missingLatch, parseLatch } from "../../rollout/latch.ts";
import { takeBackHint } from "../command-lines.ts";
import type { Stage } from "../config/schema/stage-config.ts";
import { failureText } from "../failure-text.ts";
import type { ProgramWorld } from "./program-ports.ts";

/** What is to be read, by whom, and what for. */
export interface LatchRequest {
  /** The parameter's path without its last segment, and its full name. */
  readonly parameter: { readonly path: string; readonly name: string };
  readonly provider: pulumi.ProviderResource;
  /** Whether an update of this stack has finished before, which left a latch behind. */
  readonly wasDeployed: boolean;
  /** Whether the move is right whatever the latch says. Then one that cannot be read is told of and stops nothing. */
  readonly isSafe: boolean;
  readonly stage: Stage;
  readonly warn: ProgramWorld["warn"];
}

/**
 * Reads the rollback latch from AWS, on every plan.
 *
 * It is asked for by path and not by name, because a name that does not exist is an error, and on a stack's first
 * deployment the parameter does not exist yet. That is a clear latch. On a stack that was deployed before, a parameter
 * that does not exist counts as set, and so does one that cannot be read.
 *
 * @throws {pulumi.RunError} naming the parameter, what may have happened and what to do
 */
export async function readLatch(request: LatchRequest): Promise<Latch> {
  const { parameter, provider, wasDeployed, isSafe, stage, warn } = request;
  const withoutValue = wasDeployed ? missingLatch(parameter.name) : clearLatch;
  try {
    const { names, values } = await getParametersByPath({ path: parameter.path }, { provider });
    const value = values[names.indexOf(parameter.name)];
    return value === undefined ? withoutValue : parseLatch(value);
  } catch (error) {
    const problem = `The rollback latch cannot be read from AWS: ${parameter.name}, ${failureText(error)}.`;
    if (!isSafe) {
      throw new pulumi.RunError(
        `${problem} It may be set, and then no weight may rise. Nothing was changed. Log in to AWS if the credentials have expired, allow them ssm:GetParametersByPath if they may not, and run this command again. ${takeBackHint(stage)}`,
      );
    }
    await warn(`${problem} All traffic goes to the live colour whatever the latch says, so this update goes on.`);
    return withoutValue;
  }
}
