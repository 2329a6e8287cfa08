import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { CloudPort } from "../infra/aws/cloud.ts";
import { openCloud } from "../infra/aws/open-cloud.ts";
import { openTasks } from "../infra/aws/open-tasks.ts";
import type { RescuePort } from "../infra/aws/rescue.ts";
import type { TaskPort } from "../infra/aws/task-port.ts";
import type { Stage } from "../infra/config/schema/stage-config.ts";
import type { StageAddresses } from "../infra/stage-addresses.ts";
import { type EvidenceStore, openEvidenceFolder } from "./evidence/evidence-folder.ts";
import { openPulumiStack, type PulumiStack } from "./pulumi.ts";
import { openRepository, type Repository } from "./repository.ts";
import { openStageRescue } from "./rescue.ts";
import { openStackFile, type StackFile } from "./stack-file/stack-file.ts";

/** Everything outside of this program that a command works with, for one stage. */
export interface RolloutWorld {
  readonly stage: Stage;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Shows progress to the person at the keyboard. Results are printed otherwise. */
  readonly say: (line: string) => void;
  readonly stackFile: StackFile;
  readonly pulumi: PulumiStack;
  readonly openCloud: (addresses: StageAddresses) => CloudPort;
  readonly openTasks: (addresses: StageAddresses) => TaskPort;
  readonly openRescue: () => Promise<RescuePort>;
  readonly evidence: EvidenceStore;
  readonly repository: Repository;
}

/** The real world of a stage: this project's folder, the Pulumi CLI, AWS and git. */
export function openWorld(stage: Stage): RolloutWorld {
  const projectFolder = fileURLToPath(new URL("../", import.meta.url));
  const now = () => new Date();
  return {
    stage,
    now,
    sleep: (milliseconds) => setTimeout(milliseconds),
    say: (line) => console.error(line),
    stackFile: openStackFile(projectFolder, stage),
    pulumi: openPulumiStack(stage, projectFolder),
    openCloud: (addresses) => openCloud(addresses, now),
    openTasks,
    openRescue: () => openStageRescue(projectFolder, stage),
    evidence: openEvidenceFolder(projectFolder, stage),
    repository: openRepository(projectFolder),
  };
}
