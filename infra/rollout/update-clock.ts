/** Environment variable that fixes the time of an update, ISO 8601. */
export const updateTimeVariable = "ROLLOUT_UPDATE_TIME";

/** The mark makes Pulumi print the message alone, and spares the commands, which read this file, Pulumi's SDK. */
class UpdateTimeError extends RangeError {
  readonly __pulumiRunError = true;
}

/**
 * The one clock of an update. A preview saved as a plan and the `up` bound to it must write the same time into the
 * record, so the CLI gives both the same one; by hand it is the wall clock.
 *
 * @throws {RangeError} when the variable holds no instant
 */
export function updateClock(environment: Readonly<Record<string, string | undefined>>, wallClock: Date): Date {
  const given = environment[updateTimeVariable];
  if (given === undefined || given === "") return wallClock;
  const time = new Date(given);
  if (Number.isNaN(time.getTime())) {
    throw new UpdateTimeError(
      `${updateTimeVariable} is "${given}" but must be a moment such as 2026-11-23T14:20:00Z. Unset it to use the wall clock.`,
    );
  }
  return time;
}
