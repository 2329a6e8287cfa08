import type { Stage } from "../../infra/config/schema/stage-config.ts";
import type { Latch } from "../../rollout/latch.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { Split } from "../../rollout/split.ts";
import { diffPlans, type ResourceChange } from "../plan/diff-plans.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import type { PlannerThread } from "./planner-thread.ts";

/** Config keys and their new values, as a person would edit the stack file. */
export type Edit = Readonly<Record<string, unknown>>;

/** An update that the program accepted. */
export interface Deployment {
  readonly edit: Edit;
  readonly at: Date;
  readonly plan: StagePlan;
  /** Against the update before; empty for the first one. */
  readonly changes: readonly ResourceChange[];
  readonly planMilliseconds: number;
}

/** A move to try: what is edited, when, under which latch, and over which split in AWS. */
export interface Attempt {
  readonly edit: Edit;
  readonly at: Date;
  readonly latch?: Latch;
  /** Default: what the record says. */
  readonly realWeights?: Split;
}

/** What a program is rehearsed from. */
export interface RehearsedProgramOptions {
  readonly planner: Pick<PlannerThread, "planStage">;
  readonly stage: Stage;
  /** Folder with the stack file. */
  readonly projectFolder: string;
  /** What differs from the stack file throughout. */
  readonly settings: Edit;
  /** When the first update is. */
  readonly startsAt: Date;
  /** What the update before the first one left behind. Default null: the stack was never updated. */
  readonly previousRecord?: RolloutRecord | null;
}

/**
 * The real program of one stage with a past: each update is planned with the record that the one before left behind, on a
 * clock that only this class moves.
 */
export class RehearsedProgram {
  now: Date;
  readonly stage: Stage;
  readonly #planner: RehearsedProgramOptions["planner"];
  readonly #projectFolder: string;
  #settings: Edit;
  readonly #recordBefore: RolloutRecord | null;
  #plan: StagePlan | undefined;

  constructor({ planner, stage, projectFolder, settings, startsAt, previousRecord }: RehearsedProgramOptions) {
    this.#planner = planner;
    this.#projectFolder = projectFolder;
    this.stage = stage;
    this.#settings = settings;
    this.#recordBefore = previousRecord ?? null;
    this.now = startsAt;
  }

  /** The plan of the last update. */
  get plan(): StagePlan {
    if (this.#plan === undefined) throw new Error("Nothing was deployed yet.");
    return this.#plan;
  }

  /** Lets time pass on the virtual clock. */
  wait(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000);
  }

  /**
   * Plans an update and takes it for done.
   *
   * @param latch the latch as AWS has it; absent where none was ever set
   * @throws what the program throws, a refusal among them; then nothing has changed
   */
  async deploy(edit: Edit, latch?: Latch): Promise<Deployment> {
    const startedAt = performance.now();
    const plan = await this.foresee({ edit, at: this.now, ...(latch === undefined ? {} : { latch }) });
    const planMilliseconds = performance.now() - startedAt;
    const changes = this.#plan === undefined ? [] : diffPlans(this.#plan, plan);
    this.#settings = { ...this.#settings, ...edit };
    this.#plan = plan;
    return { edit, at: this.now, plan, changes, planMilliseconds };
  }

  /** Plans a move that should be refused. @returns the refusal, or undefined when the program accepts it */
  async attempt(attempt: Attempt): Promise<Error | undefined> {
    try {
      await this.foresee(attempt);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Plans a move and leaves everything as it is. @throws what the program throws */
  foresee({ edit, at, latch, realWeights }: Attempt): Promise<StagePlan> {
    return this.#planner.planStage({
      stage: this.stage,
      projectFolder: this.#projectFolder,
      set: { ...this.#settings, ...edit },
      previousRecord: this.#plan?.record ?? this.#recordBefore,
      now: at,
      ...(latch === undefined ? {} : { latch }),
      ...(realWeights === undefined ? {} : { realWeights }),
    });
  }
}
