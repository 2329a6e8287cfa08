import type { RecordedOutputs } from "../../infra/stack-outputs.ts";

/** What an update would do to one resource. */
export interface PlannedChange {
  readonly urn: string;
  /** Type token, such as `aws:lb/listenerRule:ListenerRule`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** The engine's operations in order, such as `update`, or `create-replacement`, `replace`, `delete-replaced`. */
  readonly operations: readonly string[];
  /** Top-level inputs that differ. */
  readonly properties: readonly string[];
}

/** What a saved plan binds an update to. */
export interface SavedPlan {
  /** Everything but what stays the same. */
  readonly changes: readonly PlannedChange[];
  /** Names of the stack outputs that differ. */
  readonly outputs: readonly string[];
}

/** One update's time and plan. */
export interface UpdateRequest {
  /** The update's one clock: a preview saved as a plan and the `up` bound to it get the same. */
  readonly updateTime: Date;
  /** Told of each line that Pulumi prints. */
  readonly onLine?: (line: string) => void;
}

/** What the commands ask of Pulumi, for one stack. */
export interface PulumiPort {
  /**
   * The stack's outputs by name; none where no update has finished yet. A secret one reads as `[secret]`.
   *
   * @throws {Error} when they cannot be read; the message says why and what to do
   */
  outputs(): Promise<RecordedOutputs>;
  /**
   * Plans an update and saves the plan.
   *
   * @param planPath file that the plan is written to
   * @throws {Error} with the program's own message when it refuses
   */
  preview(request: UpdateRequest & { readonly planPath: string }): Promise<SavedPlan>;
  /**
   * Updates the stack.
   *
   * @param planPath plan that the update is bound to: what would differ stops it before anything is changed
   * @throws {Error} when it is refused or fails; the message says what to do
   */
  update(request: UpdateRequest & { readonly planPath?: string }): Promise<void>;
}
