/**
 * A control for all that is measured on this machine: how late work is done that has nothing to do with what is rehearsed, and how
 * many times longer it takes than on an idle machine. What fails on a machine that is busy with something else is no fault of a
 * release. The keeper runs it, which is a process of its own.
 */

/** How slow a machine was. */
export interface Slowness {
  /** The longest delay of a little work, milliseconds. */
  readonly delayMilliseconds: number;
  /** How many times longer work of some milliseconds took than the processor needs for it, over the slowest two seconds. */
  readonly workFactor: number;
}

/** From when on nothing that failed can be judged. */
const tooSlow: Slowness = {
  /** A fifth of the shortest limit of a rehearsal, 2 s. */
  delayMilliseconds: 400,
  /** The balancer and each process of the API need up to a third of a core, so that requests pile up from here on. */
  workFactor: 3,
};

/** Whether what failed in the meantime can be no fault. */
export function isSlow({ delayMilliseconds, workFactor }: Slowness): boolean {
  return delayMilliseconds >= tooSlow.delayMilliseconds || workFactor >= tooSlow.workFactor;
}

/** Tells of a busy machine before anything has failed on it; undefined for one that is quick enough. */
export function busyText(slowness: Slowness): string | undefined {
  if (!isSlow(slowness)) return undefined;
  const { delayMilliseconds, workFactor } = slowness;
  return `This machine is busy with something else: work takes ${workFactor.toFixed(1)} times as long as on an idle one, and comes up to ${Math.round(delayMilliseconds)} ms late. The rehearsal takes longer, and what does not hold is not judged.`;
}

/** Whether nothing that failed in a run can be judged. */
export function isTooSlow({
  held,
  machine,
}: {
  readonly held: boolean;
  readonly machine: {
    readonly slowestControlMilliseconds?: number | undefined;
    readonly slowestWorkFactor?: number | undefined;
  };
}): boolean {
  const { slowestControlMilliseconds = 0, slowestWorkFactor = 1 } = machine;
  return !held && isSlow({ delayMilliseconds: slowestControlMilliseconds, workFactor: slowestWorkFactor });
}

const spacingMilliseconds = 50;
/** Of a fraction of a millisecond, and of some milliseconds: a scheduler lets a short turn pass where a longer one must wait. */
const rounds = { short: 100_000, long: 3_000_000 } as const;
/** Every eighth turn is a long one, and five of them take two seconds. */
const longEvery = 8;
const longTogether = 5;

/** What is less is no sign of anything, and is not kept. */
const kept = { delayMilliseconds: 20, workFactor: 1.5 } as const;

/**
 * Does a little work 20 times a second.
 *
 * @returns tells how slow the machine was since a time: waiting for a turn, and what the turn took too long. A delay below 20 ms
 *   is told as 0, and a factor below 1.5 as 1
 */
export function measureSlowness(): (since: number) => Slowness {
  const delays = new Kept();
  const factors = new Kept();
  const short = new FastestWork(rounds.short);
  const long = new FastestWork(rounds.long);
  const lately: number[] = [];
  let turns = 0;
  let due = performance.now() + spacingMilliseconds;
  const measure = () => {
    const late = Math.max(0, performance.now() - due);
    const { tookMilliseconds, fastestMilliseconds } = short.do();
    delays.add(late + tookMilliseconds - fastestMilliseconds, kept.delayMilliseconds);
    if (turns++ % longEvery === 0) {
      const work = long.do();
      lately.push(work.tookMilliseconds / work.fastestMilliseconds);
      if (lately.length > longTogether) lately.shift();
      if (lately.length === longTogether) factors.add(medianOf(lately), kept.workFactor);
    }
    due = performance.now() + spacingMilliseconds;
    setTimeout(measure, spacingMilliseconds).unref();
  };
  setTimeout(measure, spacingMilliseconds).unref();
  return (since) => ({ delayMilliseconds: delays.mostSince(since) ?? 0, workFactor: factors.mostSince(since) ?? 1 });
}

/** Values, each with its time. */
class Kept {
  readonly #values: { readonly at: number; readonly value: number }[] = [];

  add(value: number, least: number): void {
    if (value >= least) this.#values.push({ at: Date.now(), value });
  }

  mostSince(since: number): number | undefined {
    const values = this.#values.filter(({ at }) => at >= since).map(({ value }) => value);
    return values.length === 0 ? undefined : values.reduce((most, value) => Math.max(most, value));
  }
}

/** Work that is the same each time. */
class FastestWork {
  readonly #rounds: number;
  #fastestMilliseconds = Number.POSITIVE_INFINITY;

  constructor(rounds: number) {
    this.#rounds = rounds;
  }

  /** Does it once. The fastest is what the processor needed, which on a busy machine is less than the time that passed. */
  do(): { readonly tookMilliseconds: number; readonly fastestMilliseconds: number } {
    const startedAt = performance.now();
    const before = process.cpuUsage();
    let sum = 0;
    for (let round = 0; round < this.#rounds; round++) sum = (sum * 31 + round) % 65_521;
    const { user, system } = process.cpuUsage(before);
    // The sum is never negative. Without a use of it the work could be left out.
    const tookMilliseconds = sum < 0 ? 0 : performance.now() - startedAt;
    this.#fastestMilliseconds = Math.min(this.#fastestMilliseconds, tookMilliseconds, (user + system) / 1000);
    return { tookMilliseconds, fastestMilliseconds: this.#fastestMilliseconds };
  }
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
