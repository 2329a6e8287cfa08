import type { Stage } from "../../infra/config/schema/stage-config.ts";
import type { RecordedOutputs } from "../../infra/stack-outputs.ts";
import { type Colour, otherColour } from "../../rollout/colour.ts";
import type { StageSight } from "../../rollout/gate/stage-sight.ts";
import type { Latch } from "../../rollout/latch.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { Split } from "../../rollout/split.ts";
import { addSeconds } from "../../rollout/time.ts";
import { diffPlans, type ResourceChange } from "../plan/diff-plans.ts";
import type { StagePlan } from "../plan/plan-stage.ts";
import { readOutput } from "../plan/planned-resource.ts";
import type { PlannerThread } from "./planner-thread.ts";

/** Config keys and their new values, as a person would edit the stack file. */
export type Edit = Readonly<Record<string, unknown>>;

/** An update that the program accepted. */
export interface Deployment {
  readonly edit: Edit;
  readonly at: Date;
  readonly plan: StagePlan;
  /** Compared with the update before; empty for the first update. */
  readonly changes: readonly ResourceChange[];
  readonly planMilliseconds: number;
}

/** A move to try. */
export interface Attempt {
  readonly edit: Edit;
  readonly at: Date;
  /** The latch in AWS. Default clear. */
  readonly latch?: Latch;
  /** What the public rule in AWS gives each colour. Default what the record says. */
  readonly realWeights?: Split;
  /** What `verify` has left in AWS, by colour. Default nothing. */
  readonly verifications?: Readonly<Partial<Record<Colour, string>>> | undefined;
  /** What `integrity` and migrations have left in AWS, by colour. Default what the program has. */
  readonly dataEvidence?: Readonly<Partial<Record<Colour, string>>> | undefined;
  /** What the gate is shown. Default nothing: then it is not asked, and the plan says so. */
  readonly sight?: StageSight;
}

/** Where a rehearsed program begins. */
export interface RehearsedProgramOptions {
  readonly planner: Pick<PlannerThread, "planStage">;
  readonly stage: Stage;
  /** Folder with the stack file. */
  readonly projectFolder: string;
  /** What differs from the stack file in every update. */
  readonly settings: Edit;
  /** When the first update is. */
  readonly startsAt: Date;
  /** What the update before the first one left behind; null for a stack that was never updated. */
  readonly previousRecord: RolloutRecord | null;
}

/**
 * The real program of one stage, update after update. Each update is planned with the record that the one before left
 * behind. The clock is virtual, and only this class moves it.
 */
export class RehearsedProgram {
  now: Date;
  /** What `integrity` and migrations have left in AWS, by colour: each plan reads it. */
  dataEvidence: Readonly<Partial<Record<Colour, string>>> = {};
  readonly stage: Stage;
  readonly #planner: RehearsedProgramOptions["planner"];
  readonly #projectFolder: string;
  readonly #firstRecord: RolloutRecord | null;
  #settings: Edit;
  #plan: StagePlan | undefined;

  constructor({ planner, stage, projectFolder, settings, startsAt, previousRecord }: RehearsedProgramOptions) {
    this.#planner = planner;
    this.#projectFolder = projectFolder;
    this.stage = stage;
    this.#settings = settings;
    this.#firstRecord = previousRecord;
    this.now = startsAt;
  }

  /** The plan of the last update. */
  get plan(): StagePlan {
    if (this.#plan === undefined) throw new Error("Nothing was deployed yet.");
    return this.#plan;
  }

  /** The candidate after the last update. */
  get candidate(): Colour {
    return otherColour(this.plan.record.liveColour);
  }

  /** Moves the virtual clock. */
  wait(seconds: number): void {
    this.now = addSeconds(this.now, seconds);
  }

  /**
   * Plans an update and takes it as done.
   *
   * @param found the latch in AWS, which is clear by default, its split, what the gate is shown, and what `verify` has left
   * @throws what the program throws, such as a refusal. Nothing has changed then
   */
  async deploy(
    edit: Edit,
    found: Pick<Attempt, "latch" | "realWeights" | "sight" | "verifications"> = {},
  ): Promise<Deployment> {
    const startedAt = performance.now();
    const plan = await this.foresee({ edit, at: this.now, ...found });
    const planMilliseconds = performance.now() - startedAt;
    const changes = this.#plan === undefined ? [] : diffPlans(this.#plan, plan);
    this.#settings = { ...this.#settings, ...edit };
    this.#plan = plan;
    return { edit, at: this.now, plan, changes, planMilliseconds };
  }

  /** Plans a move that should be refused. @returns the error, or undefined when the program accepts the move */
  async attempt(attempt: Attempt): Promise<Error | undefined> {
    try {
      await this.foresee(attempt);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Plans a move without taking it as done. @throws what the program throws */
  foresee({ edit, at, latch, realWeights, sight, verifications, dataEvidence }: Attempt): Promise<StagePlan> {
    return this.#planner.planStage({
      stage: this.stage,
      projectFolder: this.#projectFolder,
      set: { ...this.#settings, ...edit },
      previousRecord: this.#plan?.record ?? this.#firstRecord,
      now: at,
      latch,
      realWeights,
      verifications,
      dataEvidence: dataEvidence ?? this.dataEvidence,
      ...(this.#plan === undefined ? {} : { previousOutputs: outputsToRead(this.#plan) }),
      ...(sight === undefined ? {} : { sight }),
    });
  }
}

/** What an update reads of the plan before it, besides the record. */
function outputsToRead(plan: StagePlan): RecordedOutputs {
  const { secretFingerprints } = plan.outputs;
  return { taskDefinitionArns: readOutput(plan, "taskDefinitionArns"), secretFingerprints };
}
