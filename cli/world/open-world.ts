import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openCloud } from "../../infra/aws/open-cloud.ts";
import { openTasks } from "../../infra/aws/open-tasks.ts";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { openEvidenceFolder } from "../evidence/evidence-folder.ts";
import { createPulumiCli } from "../ports/pulumi-cli.ts";
import { openRepository } from "../ports/repository.ts";
import { openStackFile } from "../stack-file/stack-file.ts";
import { openStageRescue } from "./stage-rescue.ts";
import type { RolloutWorld } from "./world.ts";

/** The real world of a stage: this project's folder, the Pulumi CLI, AWS and git. */
export function openWorld(stage: Stage): RolloutWorld {
  const projectFolder = fileURLToPath(new URL("../../", import.meta.url));
  const now = () => new Date();
  return {
    stage,
    now,
    sleep: (milliseconds) => setTimeout(milliseconds),
    say: (line) => console.error(line),
    stackFile: openStackFile(projectFolder, stage),
    pulumi: createPulumiCli(stage, projectFolder),
    openCloud: (addresses) => openCloud(addresses, now),
    openTasks,
    openRescue: () => openStageRescue(projectFolder, stage),
    evidence: openEvidenceFolder(projectFolder, stage),
    repository: openRepository(projectFolder),
  };
}
