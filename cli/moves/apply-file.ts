import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { openGateFile } from "../../infra/rollout/gate-file.ts";
import { wantedRollout } from "../../infra/rollout/wanted.ts";
import { moveKind } from "../../rollout/move.ts";
import { wholeSecond } from "../evidence/evidence-folder.ts";
import type { CommandOutcome } from "../outcome.ts";
import { holdInterrupts } from "../process.ts";
import { readStanding, type Standing } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import { type AskedMove, isUsed } from "./decide.ts";
import { newEvidence, planEvidence } from "./evidence.ts";
import { judgePromotePlan, judgeStepPlan } from "./plan-judgement.ts";
import { endMove } from "./read-back.ts";
import { planned, runMove, taken } from "./run-move.ts";
import { interruptedBefore, withPlanFile } from "./take-move.ts";

/**
 * Makes true what the stack file says, whatever that is: a rise, a lower weight, a promote, other settings, or nothing. It
 * previews, updates bound to that preview, reads back and writes evidence. The program judges the move; this command
 * edits nothing, and takes no step that the file does not ask for. A rise and a promote change nothing else, as by their own
 * commands: what the program's code would change besides needs an update of its own.
 */
export async function applyFile(world: RolloutWorld, dryRun: boolean): Promise<CommandOutcome> {
  const isDeployed = Object.keys(await world.pulumi.outputs()).length > 0;
  if (!isDeployed) return await deployFirst(world, dryRun);
  return await runMove(world, { ask: (standing) => asked(standing), dryRun, commit: false, goesOn: true });
}

function asked(standing: Standing): AskedMove {
  const { config, record } = standing;
  const { rolloutOverride } = config;
  const to = standingOf(config);
  return {
    action: "apply",
    name: updateName,
    to,
    edit: {},
    reason: rolloutOverride === undefined || isUsed(record, rolloutOverride) ? null : rolloutOverride,
    judgePlan: judgeOf(standing, to),
  };
}

/** What the plan of the file has to be. Only a rise and a promote are held to it: traffic comes back with whatever else there is. */
function judgeOf({ record }: Standing, to: AskedMove["to"]): AskedMove["judgePlan"] {
  const kind = moveKind({ previous: record, wanted: { ...to, images: record.images } });
  const alone = `Set liveColour to ${record.liveColour} and candidateWeight to ${record.weightPercent} again, as deployed, and apply the rest of the file. Then ask for this by itself.`;
  if (kind === "up") return (plan) => judgeStepPlan(plan, alone);
  return kind === "promote" ? (plan) => judgePromotePlan(plan, alone) : () => [];
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
