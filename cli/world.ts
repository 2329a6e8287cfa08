import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { RescueAws } from "../infra/aws/rescue.ts";
import { openAws, type StageAws } from "../infra/aws/stage-aws.ts";
import { openTasks, type TaskAws } from "../infra/aws/task-aws.ts";
import { openTunnelAws, type TunnelAws } from "../infra/aws/tunnel-aws.ts";
import type { Stage } from "../infra/config/schema/stage-config.ts";
import type { StageAddresses } from "../infra/stack-outputs.ts";
import {
  type FrontendVercel,
  openVercel,
  type VercelRequest,
  vercelTokenVariable,
} from "../infra/vercel/frontend-vercel.ts";
import { type EvidenceStore, openEvidenceFolder } from "./evidence/evidence-folder.ts";
import { openPulumiStack, type PulumiStack } from "./pulumi.ts";
import { openRepository, type Repository } from "./repository.ts";
import { openStageRescue } from "./rescue.ts";
import { openStackFile, type StackFile } from "./stack-file/stack-file.ts";
import { tellWaiting } from "./waiting.ts";

/** Everything outside of this program that a command works with, for one stage. */
export interface RolloutWorld {
  readonly stage: Stage;
  /** The folder with the stack files; what need not be kept is below its `.cache`. */
  readonly projectFolder: string;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Shows progress to the person at the keyboard. Results are printed otherwise. */
  readonly say: (line: string) => void;
  readonly stackFile: StackFile;
  readonly pulumi: PulumiStack;
  /** Staging's stack, which production's first step is held against. Absent in staging. */
  readonly stagingStack?: Pick<PulumiStack, "outputs"> | undefined;
  readonly openAws: (addresses: StageAddresses) => StageAws;
  readonly openTasks: (addresses: StageAddresses) => TaskAws;
  readonly openTunnel: (addresses: StageAddresses) => TunnelAws;
  readonly openRescue: () => Promise<RescueAws>;
  /** Undefined without a token for Vercel. */
  readonly openFrontend: (frontend: VercelRequest["frontend"]) => FrontendVercel | undefined;
  readonly evidence: EvidenceStore;
  readonly repository: Repository;
}

/** The real world of a stage: this project's folder, the Pulumi CLI, AWS and git. */
export function openWorld(stage: Stage): RolloutWorld {
  const projectFolder = fileURLToPath(new URL("../", import.meta.url));
  const now = () => new Date();
  const say = (line: string) => console.error(line);
  // For a person at a terminal. A log needs no line that says that nothing has come yet.
  const told = <Port extends object>(port: Port, whose: string): Port =>
    process.stderr.isTTY ? tellWaiting(port, whose, say) : port;
  return {
    stage,
    projectFolder,
    now,
    sleep: (milliseconds) => setTimeout(milliseconds),
    say,
    stackFile: openStackFile(projectFolder, stage),
    pulumi: told(openPulumiStack(stage, projectFolder), "Pulumi"),
    stagingStack: stage === "production" ? told(openPulumiStack("staging", projectFolder), "Pulumi") : undefined,
    openAws: (addresses) => told(openAws(addresses, now), "AWS"),
    openTasks: (addresses) => told(openTasks(addresses), "AWS"),
    openTunnel: (addresses) => told(openTunnelAws(addresses), "AWS"),
    openRescue: async () => told(await openStageRescue(projectFolder, stage), "AWS"),
    openFrontend: (frontend) => {
      const token = process.env[vercelTokenVariable] ?? "";
      return token === "" ? undefined : told(openVercel({ frontend, token }), "Vercel");
    },
    evidence: openEvidenceFolder(projectFolder, stage),
    repository: openRepository(projectFolder),
  };
}
