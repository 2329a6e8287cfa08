/** Measures how late this machine does work: the time that a thread waits for its turn, and what its turn takes too long. */
import { parentPort } from "node:worker_threads";
import type { ControlCalls } from "./machine-control.ts";
import { answerCalls } from "./worker-calls.ts";

if (parentPort === null) throw new Error("machine-control-worker.ts runs as a worker thread only.");

const spacingMilliseconds = 50;
const workRounds = 100_000;
let slowest = 0;
let fastestWork = Number.POSITIVE_INFINITY;
let due = performance.now() + spacingMilliseconds;

/** Some work that is the same each time. */
function work(): number {
  const startedAt = performance.now();
  let sum = 0;
  for (let round = 0; round < workRounds; round++) sum = (sum * 31 + round) % 65_521;
  const took = performance.now() - startedAt;
  return sum < 0 ? 0 : took;
}

function measure(): void {
  const late = Math.max(0, performance.now() - due);
  const took = work();
  fastestWork = Math.min(fastestWork, took);
  slowest = Math.max(slowest, late + took - fastestWork);
  due = performance.now() + spacingMilliseconds;
  setTimeout(measure, spacingMilliseconds);
}
setTimeout(measure, spacingMilliseconds);

answerCalls(parentPort, {
  takeSlowest() {
    const taken = slowest;
    slowest = 0;
    return taken;
  },
} satisfies ControlCalls);
