/** Runs the balancer in its own thread, so that planning in the main thread does not slow requests down. */
import { parentPort, workerData } from "node:worker_threads";
import { answerCalls } from "../run/worker-calls.ts";
import { type BalancerOptions, startBalancer } from "./balancer.ts";
import type { BalancerCalls } from "./balancer-thread.ts";

if (parentPort === null) throw new Error("balancer-worker.ts runs as a worker thread only.");
const { port, ...balancer } = await startBalancer(workerData as BalancerOptions);
answerCalls(parentPort, { ...balancer, port: () => port } satisfies BalancerCalls);
