import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { scheduleOf, wantedRollout } from "../../infra/rollout/wanted.ts";
import { otherColour } from "../../rollout/colour.ts";
import type { Stage } from "../../rollout/names.ts";
import { sampleImageDigest } from "../local/sample-api/sample-api.ts";
import { assumedRecord } from "../plan/assumed-record.ts";
import { type Course, courseFrom, firstCandidate } from "./course.ts";
import type { PlannerThread } from "./planner-thread.ts";
import { type Edit, RehearsedProgram } from "./rehearsed-program.ts";
import { readStageFacts } from "./stage-facts.ts";

/** Where a rehearsal begins. */
export interface RehearsalRequest {
  readonly planner: Pick<PlannerThread, "planStage">;
  readonly stage: Stage;
  /** Folder with the stack file. */
  readonly projectFolder: string;
  /** Port of the PostgreSQL on this machine that the planned roles are created on. */
  readonly databasePort: number;
  readonly startsAt: Date;
}

/** What is rehearsed, under which config, and by which program; nothing was planned yet. */
export interface BegunRehearsal {
  readonly course: Course;
  readonly config: StageConfig;
  readonly program: RehearsedProgram;
}

/** Reads where a stage's stack file stands, and begins there on the past that `npm run plan` assumes, too. */
export function beginRehearsal(request: RehearsalRequest): BegunRehearsal {
  const { planner, stage, projectFolder, databasePort, startsAt } = request;
  const committed = readStageFacts(projectFolder, stage, {});
  const course = courseFrom(committed);
  const settings = rehearsedSettings(committed, course, databasePort);
  const config = readStageFacts(projectFolder, stage, settings);
  const previousRecord = assumedRecord(wantedRollout(config), scheduleOf(config.rollout), startsAt);
  const program = new RehearsedProgram({ planner, stage, projectFolder, settings, startsAt, previousRecord });
  return { course, config, program };
}

/** What stands in place of the stack file's values: the sample API's images, and a database on this machine. */
function rehearsedSettings({ liveColour }: StageConfig, course: Course, databasePort: number): Edit {
  return {
    [`images.${liveColour}`]: sampleImageDigest(course.live),
    [`images.${otherColour(liveColour)}`]: sampleImageDigest(firstCandidate(course)),
    "database.adminEndpoint": { host: "127.0.0.1", port: databasePort },
    // The stack file's windows would refuse steps on some days of the year; one of its own is tried further down.
    "rollout.freezeWindows": [],
    // A reason serves one move. The file's own went with the weight that it has, and would let an illegal one through.
    rolloutOverride: undefined,
  };
}
