import * as pulumi from "@pulumi/pulumi";
import { settingsOfTaskDefinition } from "../../components/api/task-settings.ts";
import { colours } from "../../rollout/colour.ts";
import { type Move, moveKind } from "../../rollout/move.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { Settings } from "../../rollout/settings.ts";
import type { Stage } from "../config/schema/stage-config.ts";
import { failureText, takeBackHint } from "../messages.ts";
import { type RecordedOutputs, stackOutputsSchema } from "../stack-outputs.ts";
import type { ProgramWorld } from "./program-world.ts";

/** An update, and where the last one left the colours' task definitions. */
export interface DeployedSettingsRequest {
  readonly move: Pick<Move, "previous" | "wanted">;
  readonly outputs: RecordedOutputs;
  readonly stage: Stage;
  readonly region: string;
  readonly world: Pick<ProgramWorld, "readTaskDefinition" | "warn" | "tell">;
}

/**
 * The last update's record, with what each colour's tasks see of the config.
 *
 * A version of the program that did not record it gave both colours the config's. Since then the config may have changed, and
 * an update would take what it says now for what live runs with, and restart live's tasks with it. So such a record is
 * completed from the deployed task definitions, once: the next record has it, and then AWS is not asked.
 *
 * Where the definitions cannot be read, only traffic may come back. A plan without AWS says that they were not read.
 *
 * @returns the record as it was where it has them, or where nobody could ask
 * @throws {pulumi.RunError} where nobody can tell what live runs with, and the move could change it unseen
 */
export async function completeRecord(request: DeployedSettingsRequest): Promise<RolloutRecord | null> {
  const { move, stage, world } = request;
  const { previous } = move;
  if (previous === null || previous.releaseSettings !== undefined) return previous;
  if (world.readTaskDefinition === undefined) {
    await world.tell(
      "The record is of an older version and does not tell which settings live runs with. This plan is made without AWS and takes the file's for both colours. The preview and the update read them from the task definitions.",
    );
    return previous;
  }
  try {
    return { ...previous, releaseSettings: await readSettings(request, previous, world.readTaskDefinition) };
  } catch (error) {
    const problem = `The record is of an older version and does not tell which settings live runs with, and the deployed task definitions cannot be read: ${failureText(error)}.`;
    if (moveKind(move) !== "down") {
      throw new pulumi.RunError(
        `${problem} A setting that was changed in the file since would restart live's tasks. Nothing was changed. Allow these credentials ecs:DescribeTaskDefinition if they may not, and run this command again. ${takeBackHint(stage)}`,
      );
    }
    await world.warn(
      `${problem} This update only takes traffic back, and goes on. Both colours get the file's settings.`,
    );
    return previous;
  }
}

async function readSettings(
  { outputs, region, move }: DeployedSettingsRequest,
  { images }: RolloutRecord,
  read: NonNullable<ProgramWorld["readTaskDefinition"]>,
) {
  const arns = stackOutputsSchema.shape.taskDefinitionArns.partial().safeParse(outputs.taskDefinitionArns).data ?? {};
  const [blue, green] = await Promise.all(
    colours.map(async (colour): Promise<Settings | null> => {
      if (images[colour] === null) return null;
      const arn = arns[colour] ?? undefined;
      if (arn === undefined) throw new Error(`the output taskDefinitionArns names none for ${colour}`);
      return { ...apiSettings(move.wanted.taskSettings), ...settingsOfTaskDefinition(await read({ region, arn })) };
    }),
  );
  return { blue: blue ?? null, green: green ?? null };
}

/** What a definition of an older program does not have follows the config, as every variable does that new program code adds. */
function apiSettings(asked: Settings = {}): Settings {
  return Object.fromEntries(Object.entries(asked).filter(([key]) => key.startsWith("api.")));
}
