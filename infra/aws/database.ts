import { describeInstance } from "./instance.ts";

/** What RDS says of an instance now, which can differ from what the last update asked for. */
export interface DatabaseState {
  /** GiB that the instance has. RDS grows them by itself, and what an update asks for can wait for the maintenance window. */
  readonly allocatedStorageGib: number;
  /** Whether parameters wait for a restart. The instance then runs with their old values. */
  readonly isRestartPending: boolean;
}

/**
 * Reads an instance, by one call.
 *
 * @throws {Error} whose message says what was asked, what AWS answered and what to do
 * @see Amazon RDS API Reference, DBInstance (AllocatedStorage) and DBParameterGroupStatus (ParameterApplyStatus)
 */
export async function readDatabase(region: string, identifier: string): Promise<DatabaseState> {
  const { AllocatedStorage, DBParameterGroups = [] } = await describeInstance(region, identifier);
  if (AllocatedStorage === undefined) {
    throw new Error(`AWS: the database ${identifier} could not be read: the answer names no storage.`);
  }
  return {
    allocatedStorageGib: AllocatedStorage,
    isRestartPending: DBParameterGroups.some(({ ParameterApplyStatus }) => ParameterApplyStatus === "pending-reboot"),
  };
}
