/** A restore of the database that was made: another instance, with the data of a moment. */
export interface DatabaseRestore {
  /** ISO 8601 instant at which it began. What ran later may have run on the instance that it made. */
  readonly at: string;
  /** ISO 8601 instant that the data is of. */
  readonly to: string;
  /** What it was made from: an instance, or a snapshot. */
  readonly source: string;
  /** The instance that it made; null where nobody knows it. */
  readonly instance: string | null;
}

/** What the config says that the instance was made from: `database.restoreFrom`. */
export interface RestoreFrom {
  readonly snapshotIdentifier?: string | undefined;
  readonly sourceInstanceIdentifier?: string | undefined;
  readonly restoreTime?: string | undefined;
}

/**
 * The restores that led to the database of now, oldest first. They are known only where the config says that the instance was
 * made by the last of them: else somebody has restored since then, and left no evidence.
 *
 * @returns none in doubt
 */
export function restoresThatLedHere(
  restores: readonly DatabaseRestore[],
  from: RestoreFrom | undefined,
): readonly DatabaseRestore[] {
  const sorted = restores.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const last = sorted.at(-1);
  return last !== undefined && from !== undefined && isMadeBy(from, last) ? sorted : [];
}

function isMadeBy(
  { snapshotIdentifier, sourceInstanceIdentifier, restoreTime }: RestoreFrom,
  { source, to }: DatabaseRestore,
): boolean {
  if (snapshotIdentifier !== undefined) return source === snapshotIdentifier;
  return source === sourceInstanceIdentifier && restoreTime !== undefined && Date.parse(restoreTime) === Date.parse(to);
}

/**
 * Whether the database of now does not have what was done to it at a moment: it was restored to an earlier one, and later
 * restores were not made from an instance that has it.
 *
 * @param at ISO 8601 instant
 * @param restores those that led to the database of now, oldest first
 */
export function isUndone(at: string, restores: readonly DatabaseRestore[]): boolean {
  const time = Date.parse(at);
  const without = new Set<string>();
  let undone = false;
  for (const { at: began, to, source, instance } of restores) {
    if (Date.parse(began) <= time) continue;
    undone = Date.parse(to) < time || without.has(source);
    if (undone && instance !== null) without.add(instance);
  }
  return undone;
}
