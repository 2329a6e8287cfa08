/**
 * A control for all that is measured on this machine: how late work is done that has nothing to do with what is rehearsed. What
 * fails on a machine that is busy with something else is no fault of a release. The keeper runs it, which is a process of its own.
 */

/** Delays from which on nothing that failed can be judged: a fifth of the shortest limit of a rehearsal, 2 s. */
export const slowMachineMilliseconds = 400;

/** Whether nothing that failed in a run can be judged. */
export function isTooSlow({
  held,
  machine,
}: {
  readonly held: boolean;
  readonly machine: { readonly slowestControlMilliseconds?: number | undefined };
}): boolean {
  return !held && (machine.slowestControlMilliseconds ?? 0) >= slowMachineMilliseconds;
}

const spacingMilliseconds = 50;
const workRounds = 100_000;

/** Shorter delays are no sign of anything, and are not kept. */
const keptFromMilliseconds = 20;

/**
 * Does a little work 20 times a second.
 *
 * @returns tells the longest delay since a time, milliseconds: waiting for a turn, and what the turn took too long. Delays below
 *   20 ms are told as 0
 */
export function measureDelays(): (since: number) => number {
  const delays: { readonly at: number; readonly milliseconds: number }[] = [];
  let fastestWork = Number.POSITIVE_INFINITY;
  let due = performance.now() + spacingMilliseconds;
  const measure = () => {
    const late = Math.max(0, performance.now() - due);
    const took = workMilliseconds();
    fastestWork = Math.min(fastestWork, took);
    const milliseconds = late + took - fastestWork;
    if (milliseconds >= keptFromMilliseconds) delays.push({ at: Date.now(), milliseconds });
    due = performance.now() + spacingMilliseconds;
    setTimeout(measure, spacingMilliseconds).unref();
  };
  setTimeout(measure, spacingMilliseconds).unref();
  return (since) =>
    delays.reduce((most, { at, milliseconds }) => (at >= since ? Math.max(most, milliseconds) : most), 0);
}

/** How long some work takes that is the same each time. */
function workMilliseconds(): number {
  const startedAt = performance.now();
  let sum = 0;
  for (let round = 0; round < workRounds; round++) sum = (sum * 31 + round) % 65_521;
  // The sum is never negative. Without a use of it the work could be left out.
  return sum < 0 ? 0 : performance.now() - startedAt;
}
