import type { TaskDefinitionAnswer } from "../../components/api/task-settings.ts";
import type { DatabaseRestore } from "../../rollout/database-restores.ts";
import type { FrontendSight } from "../../rollout/frontend/frontend-sight.ts";
import type { StageSight, TargetCounts } from "../../rollout/gate/stage-sight.ts";
import type { WantedRollout } from "../../rollout/move.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { PublicRuleAddress } from "../../rollout/rollback-address.ts";
import type { Split } from "../../rollout/split.ts";
import type { DatabaseState } from "../aws/database.ts";
import type { Stage, StageConfig } from "../config/schema/stage-config.ts";
import type { StageAddresses } from "../stack-outputs.ts";
import type { ContractMigrations } from "./contract-migrations.ts";
import type { GateFile, GateFileAccess } from "./gate-file.ts";

/**
 * The public rule in AWS, without the engine in between. Each function is one API call.
 *
 * Every function throws an `Error` whose message says what was asked, what AWS answered and what to do.
 */
export interface PublicRuleAws {
  /** Gives each colour its per cent of the public traffic. @returns the split that AWS answers with */
  writeSplit(address: PublicRuleAddress, split: Split): Promise<Split>;
  /** Per cent of public traffic by colour, as the rule has it now. */
  readSplit(address: PublicRuleAddress): Promise<Split>;
}

/** What the program reaches besides the engine. */
export interface ProgramWorld {
  /** The one clock of the update. */
  readonly now: Date;
  /** Tells whoever reads the preview or the update of something that does not stop it. */
  readonly warn: (message: string) => Promise<void>;
  /** Tells them what they want to know of every move, such as what the gate says. */
  readonly tell: (message: string) => Promise<void>;
  /**
   * Opens the public rule of a region. It is called only by an update that must take traffic back. Without it the program
   * writes nothing itself: a plan that is made offline.
   */
  readonly openPublicRule?: ((region: string) => Promise<PublicRuleAws>) | undefined;
  /**
   * Looks at what AWS shows of the rollout. It is called only by an update that raises the weight or promotes. Without it no
   * gate is asked: a plan that is made offline.
   *
   * @throws {Error} whose message says what was asked, what AWS answered and what to do
   */
  readonly lookAtStage?: ((request: LookRequest) => Promise<StageSight>) | undefined;
  /**
   * Looks at what Vercel shows of the frontend. It is called only by an update that raises the weight or promotes. Without it
   * nobody is asked: a plan that is made offline, or one without a token for Vercel.
   *
   * @throws {Error} whose message says what was asked, what Vercel answered and what to do
   */
  readonly lookAtFrontend?: ((frontend: StageConfig["frontend"]) => Promise<FrontendSight>) | undefined;
  /**
   * Counts a target group's tasks by health. It is called by a return, and by a preview in which traffic comes back. Without
   * it nobody is asked: a plan that is made offline.
   *
   * @throws {Error} whose message says what was asked, what AWS answered and what to do
   */
  readonly readTargets?:
    | ((request: { readonly region: string; readonly targetGroupArn: string }) => Promise<TargetCounts>)
    | undefined;
  /**
   * Reads a task definition by its ARN. It is called only after an update by a version that did not record which settings
   * live runs with. Without it nobody is asked: a plan that is made offline.
   *
   * @throws {Error} whose message says what was asked, what AWS answered and what to do
   */
  readonly readTaskDefinition?:
    | ((request: { readonly region: string; readonly arn: string }) => Promise<TaskDefinitionAnswer>)
    | undefined;
  /**
   * Reads what a database runs with. It is called only by an update that changes nothing of the rollout, at weight 0. Without
   * it nobody is asked: a plan that is made offline.
   *
   * @throws {Error} whose message says what was asked, what AWS answered and what to do
   */
  readonly readDatabase?:
    | ((request: { readonly region: string; readonly identifier: string }) => Promise<DatabaseState>)
    | undefined;
  /**
   * Reads from the committed evidence which `contract` migrations ran. Without it none is taken to have run: a plan that is
   * made offline.
   */
  readonly readContracts?: ((stage: Stage) => ContractMigrations) | undefined;
  /**
   * Reads staging's record from the outputs of its stack; null where it has none. It is called only by an update of production that
   * gives an image its first public traffic, or brings it in. Without it nobody is asked: a plan that is made offline.
   *
   * @throws {Error} whose message says what could not be read
   */
  readonly readStagingRecord?: (() => Promise<RolloutRecord | null>) | undefined;
  /**
   * Reads from the committed evidence which restores of the database were made. It is called only where the config says that the
   * instance was made from a backup. Without it none is taken to have been made: a plan that is made offline.
   */
  readonly readRestores?: ((stage: Stage) => readonly DatabaseRestore[]) | undefined;
  /** The file that the verdict on the move is written to; absent where nobody named one. */
  readonly gateFile?: GateFileAccess | undefined;
  /** Keeps what the gate was shown when it refused. Without it nothing is kept: a plan that is made offline. */
  readonly keepRefusedLook?: ((look: RefusedLook) => void) | undefined;
}

/** A look of the gate that refused a move. */
interface RefusedLook {
  readonly stage: Stage;
  readonly wanted: Pick<WantedRollout, "liveColour" | "weightPercent">;
  readonly judged: GateFile;
}

/** Where to look, and since when the rollout stands as it does. */
interface LookRequest {
  readonly addresses: StageAddresses;
  readonly record: RolloutRecord;
  readonly config: Pick<StageConfig, "hosts" | "rollout">;
}

/** Environment variable that fixes the time of an update, ISO 8601. The commands set it for one update. */
export const updateTimeVariable = "ROLLOUT_UPDATE_TIME";

/** The mark makes Pulumi print the message alone, and spares the commands, which read this file, Pulumi's SDK. */
class UpdateTimeError extends RangeError {
  readonly __pulumiRunError = true;
}

/** Which part of an update asks for the clock, and what its preview has left. */
export interface ClockQuestion {
  readonly isPreview: boolean;
  /** The time in the file of the gate's verdict, ISO 8601; undefined where there is none. */
  readonly previewedAt: string | undefined;
}

/**
 * The one clock of an update. A preview saved as a plan and the `up` bound to it must write the same time into the
 * record, so the CLI gives both the same one; by hand it is the wall clock. A time far from the wall clock's is refused: a
 * freeze window would not have begun yet, or a bake would be over that nobody has waited for. Only the update that follows its
 * own preview may come later.
 *
 * @throws {RangeError} when the variable holds no instant, or one that is not of now
 */
export function updateClock(
  environment: Readonly<Record<string, string | undefined>>,
  wallClock: Date,
  { isPreview, previewedAt }: ClockQuestion,
): Date {
  const given = environment[updateTimeVariable];
  if (given === undefined || given === "") return wallClock;
  const time = new Date(given);
  if (Number.isNaN(time.getTime())) {
    throw new UpdateTimeError(
      `${updateTimeVariable} is "${given}" but must be a moment such as 2026-11-23T14:20:00Z. Unset it to use the wall clock.`,
    );
  }
  const ahead = time.getTime() - wallClock.getTime();
  const isPreviewed = !isPreview && previewedAt !== undefined && Date.parse(previewedAt) === time.getTime();
  const mostBehindSeconds = isPreviewed ? afterPreviewSeconds : beforeStartSeconds;
  if (ahead > mostAheadSeconds * 1000 || -ahead > mostBehindSeconds * 1000) {
    const most = isPreviewed
      ? "an hour old"
      : "five minutes old, or an hour where its own preview was made at that time";
    throw new UpdateTimeError(
      `${updateTimeVariable} is "${given}", but it is ${wallClock.toISOString()} now. The time of an update is at most ${most}, and not in the future. Run the command again, or unset the variable to use the wall clock.`,
    );
  }
  return time;
}

/** Clocks of two machines differ a little. */
const mostAheadSeconds = 60;
/** Until the engine runs the program, with plugins that it has to fetch first. */
const beforeStartSeconds = 300;
/** A preview and the update that is bound to it are minutes apart, with a large stack and a slow network too. */
const afterPreviewSeconds = 3600;
