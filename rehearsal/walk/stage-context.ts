import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import type { Colour } from "../../rollout/colour.ts";
import type { BalancerThread } from "../local/balancer/balancer-thread.ts";
import type { LocalDatabase } from "../local/database/local-database.ts";
import type { Fleet } from "../local/fleet.ts";
import type { TrafficRecord } from "../local/load/load-thread.ts";
import type { WebSocketProbe } from "../local/load/websocket-probe.ts";
import type { AutomaticRollback } from "../local/rollback/automatic-rollback.ts";
import type { Terminal } from "../report/terminal.ts";
import type { RehearsedProgram } from "./rehearsed-program.ts";

/** How much is measured. */
export interface WalkSettings {
  /** Seed of the balancer's and the load's draws. */
  readonly seed: number;
  /** How many times faster than planned health checks, draining, alarm periods and the rollback's check pass. */
  readonly timeFactor: number;
  readonly requestsPerSecond: number;
  /** Answers that each split is judged by. */
  readonly answersPerStep: number;
}

/** What a stage's rehearsal works with once traffic runs. */
export interface StageContext {
  readonly program: RehearsedProgram;
  readonly config: StageConfig;
  readonly balancer: BalancerThread;
  readonly database: LocalDatabase;
  readonly fleet: Fleet;
  readonly traffic: TrafficRecord;
  /** Watches and acts by itself. */
  readonly rollback: AutomaticRollback;
  readonly settings: WalkSettings;
  readonly terminal: Terminal;
  /** Opened before each release's walk. */
  readonly webSocket: WebSocketProbe;
}

/** The colour that is not live in a program's last plan. */
export function candidateOf({ plan }: RehearsedProgram): Colour {
  return plan.record.liveColour === "blue" ? "green" : "blue";
}
