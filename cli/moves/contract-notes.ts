import type { StageAws } from "../../infra/aws/stage-aws.ts";
import { type NotedContract, withContractBegun, withContractEnded } from "../../rollout/noted-contracts.ts";
import type { OneOffTaskState } from "../../rollout/one-off-tasks.ts";
import type { EvidenceOfTask } from "./task-end.ts";

type NotePorts = Pick<StageAws, "readNotedContracts" | "writeNotedContracts">;

/**
 * Notes in AWS that a `contract` migration is about to start, so that every program and a rollback know of it, wherever they run
 * and before its evidence is merged.
 *
 * @throws {Error} where it cannot be noted: then nothing may be started
 */
export async function noteContractBegun(
  { at: command, task }: EvidenceOfTask,
  now: Date,
  aws: NotePorts,
): Promise<void> {
  if (task.kind !== "contract") return;
  const begun = { command, at: now.toISOString(), image: task.image };
  await aws.writeNotedContracts(withContractBegun(await readNotes(aws), begun));
}

/** Notes that it has ended: since when it ran, or that its task never started. */
export async function noteContractEnded(
  { at: command, task }: EvidenceOfTask,
  state: Pick<OneOffTaskState, "startedAt" | "exitCode">,
  aws: NotePorts,
): Promise<void> {
  if (task.kind !== "contract") return;
  const noted = await readNotes(aws);
  const begun = noted.find((one) => one.command === command && one.image === task.image);
  const { startedAt, exitCode } = state;
  const at = startedAt ?? (exitCode === null ? null : (begun?.at ?? command));
  await aws.writeNotedContracts(withContractEnded(noted, { command, image: task.image, at }));
}

async function readNotes(aws: NotePorts): Promise<readonly NotedContract[]> {
  const noted = await aws.readNotedContracts();
  if (noted !== undefined) return noted;
  throw new Error(
    "The parameter contract-migrations beside the latch holds what this version cannot read, so a contract migration cannot be noted in it. Use the version that wrote it. Look at its history (aws ssm get-parameter-history) before you delete it.",
  );
}
