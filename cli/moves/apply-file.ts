import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { openGateFile } from "../../infra/rollout/gate-file.ts";
import { wantedRollout } from "../../infra/rollout/wanted.ts";
import { wholeSecond } from "../evidence/evidence-folder.ts";
import type { CommandOutcome } from "../outcome.ts";
import { holdInterrupts } from "../process.ts";
import { readStanding, type Standing } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import { type AskedMove, isUsed } from "./decide.ts";
import { newEvidence, planEvidence } from "./evidence.ts";
import { endMove } from "./read-back.ts";
import { planned, runMove, taken } from "./run-move.ts";
import { interruptedBefore, withPlanFile } from "./take-move.ts";

/**
 * Makes true what the stack file says, whatever that is: a rise, a lower weight, a promote, other settings, or nothing. It
 * previews, updates bound to that preview, reads back and writes evidence. The program judges the move; this command
 * edits nothing, and takes no step that the file does not ask for.
 */
export async function applyFile(world: RolloutWorld, dryRun: boolean): Promise<CommandOutcome> {
  const isDeployed = Object.keys(await world.pulumi.outputs()).length > 0;
  if (!isDeployed) return await deployFirst(world, dryRun);
  return await runMove(world, { ask: (standing) => asked(standing), dryRun, commit: false, goesOn: true });
}

function asked({ config, record }: Standing): AskedMove {
  const { rolloutOverride } = config;
  return {
    action: "apply",
    name: updateName,
    to: standingOf(config),
    edit: {},
    reason: rolloutOverride === undefined || isUsed(record, rolloutOverride) ? null : rolloutOverride,
    judgePlan: () => [],
  };
}

const updateName = "The update";

function standingOf(config: StageConfig): AskedMove["to"] {
  return { liveColour: config.liveColour, weightPercent: config.candidateWeight };
}

/** A stack that was never updated has no past that a move could be judged by, and nothing in AWS to look at. */
async function deployFirst(world: RolloutWorld, dryRun: boolean): Promise<CommandOutcome> {
  const { pulumi, stackFile } = world;
  const config = stackFile.readConfig();
  const to = standingOf(config);
  const updateTime = wholeSecond(world.now());
  const interrupts = holdInterrupts();
  return await withPlanFile(async (files) => {
    world.say(`${updateName}: previewing the first deployment`);
    const plan = await pulumi.preview({ updateTime, ...files });
    if (interrupts.hasCome) throw interruptedBefore({ name: updateName }, "");
    if (dryRun) return planned({ name: updateName, to }, { plan, judged: openGateFile(files.gatePath)?.read() });
    const { images } = wantedRollout(config);
    const begun = {
      ...(await newEvidence(world, "apply", updateTime, { ...to, images })),
      from: null,
      plan: planEvidence(plan),
    };
    await world.evidence.write(begun);
    world.say(`${updateName}: updating`);
    const updating = pulumi.update({ updateTime, ...files, onLine: (line) => world.say(`  ${line}`) });
    interrupts.release();
    await updating;
    world.say(`${updateName}: reading back from AWS`);
    return taken(world, await endMove(world, await readStanding(world), begun), "done");
  }).finally(() => interrupts.release());
}
