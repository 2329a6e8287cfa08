/**
 * An open-loop load: each request is due at a time of its own, and its latency counts from then, so that a stalled server is
 * not flattered ("coordinated omission").
 *
 * It is this project's own because the rehearsal needs each request by itself: which colour was chosen for it and by which
 * routes, when it was due, sent and answered. Load generators give sums: autocannon sends the next request of a connection
 * when the last one is answered, and corrects its latencies afterwards (its README, `overallRate`); artillery has an open
 * loop, and reports counters and histograms (its reference, "Reported metrics").
 */

/** The time now, milliseconds since 1970: with the machine's full precision, and comparable between threads. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}

/** Settings of a load. It ends at the first of its two limits, or when it is stopped. */
export interface OpenLoopLimits {
  /** Requests due each second, whether or not earlier requests were answered. */
  readonly requestsPerSecond: number;
  /** How many requests may be in flight at once. Further requests wait, and their waiting counts as latency. */
  readonly maxInFlight: number;
  /**
   * Once a request is due for longer than this, it and all that are due are left out, so that a machine that cannot send so many does
   * not fall behind without end. Default: none is left out.
   */
  readonly leaveOutAfterSeconds?: number;
  readonly maxRequests: number;
  readonly maxSeconds: number;
}

/** A load that is running. */
export interface OpenLoop<Ended> {
  /** The requests that ended since the last call, in the order in which they ended. */
  drain(): readonly Ended[];
  /** How many requests were left out so far. */
  leftOut(): number;
  /** Sends no more requests, and resolves once every request that was sent has ended. */
  stop(): Promise<void>;
  /** Resolves once it has come to one of its limits, or was stopped, and every request that was sent has ended. */
  readonly over: Promise<void>;
}

const tickMilliseconds = 4;

/**
 * Starts a load at once.
 *
 * @param send sends the request of this number, which was due then, milliseconds since 1970. It never rejects
 */
export function startOpenLoop<Ended>(
  { requestsPerSecond, maxInFlight, leaveOutAfterSeconds, maxRequests, maxSeconds }: OpenLoopLimits,
  send: (sequence: number, dueAt: number) => Promise<Ended>,
): OpenLoop<Ended> {
  const startedAt = preciseNow();
  const all = Promise.withResolvers<void>();
  let ended: Ended[] = [];
  let sent = 0;
  let inFlight = 0;
  let stopped = false;
  let leftOut = 0;

  async function sendOne(dueAt: number): Promise<void> {
    const sequence = sent++;
    inFlight++;
    const record = await send(sequence, dueAt);
    // Only now: what has ended before may have been drained meanwhile.
    ended.push(record);
    inFlight--;
    sendDue();
    if (stopped && inFlight === 0) all.resolve();
  }

  function sendDue(): void {
    const spacing = 1000 / requestsPerSecond;
    while (!stopped && sent < maxRequests && inFlight < maxInFlight) {
      const dueAt = startedAt + (sent + leftOut) * spacing;
      const late = preciseNow() - dueAt;
      if (late < 0) return;
      if (late > (leaveOutAfterSeconds ?? Number.POSITIVE_INFINITY) * 1000) leftOut += Math.floor(late / spacing);
      else void sendOne(dueAt);
    }
  }

  function end(): void {
    stopped = true;
    clearInterval(timer);
    if (inFlight === 0) all.resolve();
  }

  const timer = setInterval(() => {
    sendDue();
    if (sent >= maxRequests || preciseNow() - startedAt > maxSeconds * 1000) end();
  }, tickMilliseconds);

  return {
    drain() {
      const drained = ended;
      ended = [];
      return drained;
    },
    leftOut: () => leftOut,
    async stop() {
      end();
      await all.promise;
    },
    over: all.promise,
  };
}
