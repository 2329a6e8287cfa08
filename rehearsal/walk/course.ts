import { editSettings } from "../../infra/config/apply-settings.ts";
import { projectName } from "../../infra/config/config-keys.ts";
import { readStageConfig } from "../../infra/config/read-stage-config.ts";
import type { Stage, StageConfig } from "../../infra/config/schema/stage-config.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import { scheduleOf, wantedRollout } from "../../infra/rollout/wanted.ts";
import { otherColour } from "../../rollout/colour.ts";
import { type SampleRelease, sampleReleases } from "../local/sample-api/releases.ts";
import { sampleImageDigest } from "../local/sample-api/sample-api.ts";
import { assumedRecord } from "../plan/assumed-record.ts";
import type { PlannerThread } from "./planner-thread.ts";
import { type Edit, RehearsedProgram } from "./rehearsed-program.ts";
import { rehearsedVerify } from "./verified-release.ts";

/** A release, and the weights that it takes one after the other, per cent. */
export interface ReleaseCourse {
  readonly release: SampleRelease;
  readonly weights: readonly number[];
}

/** What a stage's rehearsal does, in order, from where its stack file stands. */
export interface Course {
  /** The release that the live colour runs at the beginning. */
  readonly live: SampleRelease;
  /** The rest of the rollout that the stack file is in, then its promote. Absent where the stack file has weight 0. */
  readonly begun?: ReleaseCourse;
  /** A whole rollout by the stack file's schedule, then its promote. */
  readonly whole: ReleaseCourse;
  /** A rollout whose release is made to fail at its last weight. */
  readonly failing: ReleaseCourse;
}

/** The failing release gets at most this weight, per cent, where the schedule has so small a step. */
const failsAtPercent = 25;

/** Decides what is rehearsed. */
export function courseFrom({ candidateWeight, rollout }: Pick<StageConfig, "candidateWeight" | "rollout">): Course {
  const [live, first, second, third] = sampleReleases;
  const weights = rollout.steps.map(({ weight }) => weight);
  const small = weights.filter((weight) => weight <= failsAtPercent);
  const failing = small.length === 0 ? weights.slice(0, 1) : small;
  if (candidateWeight === 0) {
    return { live, whole: { release: first, weights }, failing: { release: second, weights: failing } };
  }
  const remaining = weights.filter((weight) => weight > candidateWeight);
  return {
    live,
    begun: { release: first, weights: remaining },
    whole: { release: second, weights },
    failing: { release: third, weights: failing },
  };
}

/** The release that the candidate runs at the beginning. */
export function firstCandidate({ begun, whole }: Course): SampleRelease {
  return (begun ?? whole).release;
}

/** Where a rehearsal begins. */
interface RehearsalRequest {
  readonly planner: Pick<PlannerThread, "planStage">;
  readonly stage: Stage;
  /** Folder with the stack file. */
  readonly projectFolder: string;
  /** Port of the PostgreSQL on this machine in which the planned roles are created. */
  readonly databasePort: number;
  readonly startsAt: Date;
}

/** What is rehearsed, with which config, and by which program. Nothing is planned yet. */
interface BegunRehearsal {
  readonly course: Course;
  readonly config: StageConfig;
  readonly program: RehearsedProgram;
}

/** Begins where a stage's stack file stands, with the past that `npm run plan` assumes too. */
export function beginRehearsal(request: RehearsalRequest): BegunRehearsal {
  const { planner, stage, projectFolder, databasePort, startsAt } = request;
  const committed = readRehearsedConfig(projectFolder, stage, {});
  const course = courseFrom(committed);
  const settings = rehearsedSettings(stage, committed, course, databasePort);
  const config = readRehearsedConfig(projectFolder, stage, settings);
  const previousRecord = assumedRecord(wantedRollout(config), scheduleOf(config.rollout), startsAt);
  const program = new RehearsedProgram({ planner, stage, projectFolder, settings, startsAt, previousRecord });
  return { course, config, program };
}

/** What replaces the stack file's values: the sample API's images and paths, and a database on this machine. */
function rehearsedSettings(stage: Stage, { liveColour }: StageConfig, course: Course, databasePort: number): Edit {
  return {
    [`images.${liveColour}`]: sampleImageDigest(course.live),
    [`images.${otherColour(liveColour)}`]: sampleImageDigest(firstCandidate(course)),
    "database.tunnelPort": databasePort,
    // The stack file's windows would refuse steps on some days of the year. A window is tried as an illegal move.
    "rollout.freezeWindows": [],
    "rollout.weeklyFreezeWindows": [],
    verify: rehearsedVerify(stage),
    // A reason serves one move. The stack file's reason belongs to its weight, and would let an illegal move through.
    rolloutOverride: undefined,
  };
}

/**
 * Reads a stage's config from the stack file as the program will read it, with these settings in place of its own.
 *
 * @param projectFolder folder with the stack file
 */
export function readRehearsedConfig(
  projectFolder: string,
  stage: Stage,
  settings: Readonly<Record<string, unknown>>,
): StageConfig {
  const stackFile = editSettings(readStackFile(projectFolder, stage), settings);
  return readStageConfig({ stack: stage, project: projectName, values: stackFile.values, stackFile });
}
