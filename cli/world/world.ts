import type { CloudPort } from "../../infra/aws/cloud.ts";
import type { RescuePort } from "../../infra/aws/rescue.ts";
import type { TaskPort } from "../../infra/aws/task-port.ts";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import type { StageAddresses } from "../../infra/stage-addresses.ts";
import type { EvidenceStore } from "../evidence/evidence-folder.ts";
import type { PulumiPort } from "../ports/pulumi.ts";
import type { RepositoryPort } from "../ports/repository.ts";
import type { StackFile } from "../stack-file/stack-file.ts";

/** Everything outside of this program that a command works with, for one stage. */
export interface RolloutWorld {
  readonly stage: Stage;
  readonly now: () => Date;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Tells the person at the keyboard how it goes; results are not told by it. */
  readonly say: (line: string) => void;
  readonly stackFile: StackFile;
  readonly pulumi: PulumiPort;
  readonly openCloud: (addresses: StageAddresses) => CloudPort;
  readonly openTasks: (addresses: StageAddresses) => TaskPort;
  readonly openRescue: () => Promise<RescuePort>;
  readonly evidence: EvidenceStore;
  readonly repository: RepositoryPort;
}
