import type { WantedRollout } from "../rollout/move.ts";
import type { RolloutRecord } from "../rollout/record.ts";
import { areSameKeys } from "../rollout/signing-keys.ts";
import type { DatabaseState } from "./aws/database.ts";
import type { StageConfig } from "./config/schema/stage-config.ts";
import { failureText } from "./messages.ts";
import type { ProgramWorld } from "./rollout/program-world.ts";
import { type DatabaseInForce, type RecordedOutputs, stackOutputsSchema } from "./stack-outputs.ts";

/** An update, and what the last one left. */
export interface InForceRequest {
  readonly config: Pick<StageConfig, "aws" | "database">;
  readonly outputs: RecordedOutputs;
  readonly previous: RolloutRecord | null;
  readonly wanted: Pick<WantedRollout, "liveColour" | "weightPercent" | "images" | "signingKeys">;
  /** Whether AWS splits the traffic otherwise than was recorded: then the update has to move it, and waits for nothing else. */
  readonly isDrifted: boolean;
  readonly world: Pick<ProgramWorld, "readDatabase" | "warn" | "tell">;
}

/**
 * What the database runs with, which alarms and connection limits go by. A changed `max_connections` waits for a restart, and
 * changed storage for the maintenance window; RDS also grows the storage by itself. A threshold from the config would be too
 * high or too low until then.
 *
 * AWS is asked only by an update that changes nothing of the rollout, at weight 0. Every other one keeps what the last update
 * left: a restart between two steps must not add a second changed resource to a step.
 *
 * @returns what is in force, and what this update asks for
 */
export async function databaseInForce(request: InForceRequest): Promise<DatabaseInForce> {
  const { config, outputs, previous, world } = request;
  const { maxConnections } = config.database;
  const asked = asAsked(config);
  const left = recorded(outputs) ?? asked;
  if (previous === null) return asked;
  const state = isStanding(request) ? await ask(request) : undefined;
  const inForce =
    state === undefined || state.isRestartPending ? left.maxConnections.inForce : left.maxConnections.asked;
  if (inForce !== maxConnections) await world.tell(waitingForRestart(inForce, maxConnections));
  return {
    maxConnections: { inForce, asked: maxConnections },
    allocatedStorageGib: state?.allocatedStorageGib ?? left.allocatedStorageGib,
  };
}

function asAsked({
  database: { maxConnections, allocatedStorageGib },
}: Pick<StageConfig, "database">): DatabaseInForce {
  return { maxConnections: { inForce: maxConnections, asked: maxConnections }, allocatedStorageGib };
}

/** @returns undefined after a version that recorded nothing, which took the config's values for those in force */
function recorded({ databaseInForce }: RecordedOutputs): DatabaseInForce | undefined {
  return stackOutputsSchema.shape.databaseInForce.safeParse(databaseInForce).data;
}

/**
 * The number of connections that the alarms of a deployed stage go by.
 *
 * @param outputs of the last update; where there are none, the config tells
 */
export function connectionsInForce(
  outputs: RecordedOutputs | undefined,
  config: Pick<StageConfig, "database">,
): number {
  return safeConnections(recorded(outputs ?? {}) ?? asAsked(config));
}

/**
 * The number of connections that alarms and limits go by: what is in force, and no more than what is asked for. RDS restarts an
 * instance in its maintenance window and tells nobody before.
 */
export function safeConnections({ maxConnections }: DatabaseInForce): number {
  return Math.min(maxConnections.inForce, maxConnections.asked);
}

function isStanding({ previous, wanted, isDrifted }: InForceRequest): boolean {
  return (
    !isDrifted &&
    previous?.weightPercent === 0 &&
    wanted.weightPercent === 0 &&
    wanted.liveColour === previous.liveColour &&
    wanted.images.blue === previous.images.blue &&
    wanted.images.green === previous.images.green &&
    areSameKeys(previous.signingKeys, wanted.signingKeys)
  );
}

/** @returns undefined where AWS is not asked, does not know the instance yet, or did not answer */
async function ask({ config, outputs, world }: InForceRequest): Promise<DatabaseState | undefined> {
  const identifier = stackOutputsSchema.shape.databaseInstanceIdentifier.safeParse(outputs.databaseInstanceIdentifier);
  if (world.readDatabase === undefined || !identifier.success) return undefined;
  try {
    return await world.readDatabase({ region: config.aws.region, identifier: identifier.data });
  } catch (error) {
    await world.warn(
      `The database cannot be read from AWS: ${failureText(error)}. The alarms on its connections and its disk stay as the last update left them.`,
    );
    return undefined;
  }
}

function waitingForRestart(inForce: number, asked: number): string {
  return `The database runs with ${inForce} connections until it restarts, and then with ${asked}. The alarm and the API's own limit go by ${Math.min(inForce, asked)}. After the restart, the next update at weight 0 takes ${asked}. docs/database.md says how to restart it.`;
}
