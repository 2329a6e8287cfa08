import { type Colour, otherColour } from "../../rollout/colour.ts";
import { clearLatch } from "../../rollout/latch.ts";
import { isReturnedFrom } from "../../rollout/return.ts";
import { refuseResume } from "../../rollout/rules/latch-and-resume.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { wholeSecond } from "../evidence/evidence-folder.ts";
import { RefusedError } from "../outcome.ts";
import { readLastUpdate } from "../snapshot.ts";
import { tellPeople } from "../telling/tell-people.ts";
import type { RolloutWorld } from "../world.ts";
import { newEvidence } from "./evidence.ts";

/** How a resume ended: with evidence, or with nothing to do. */
export interface ResumeResult {
  /** Why the latch was set; absent where it was not. */
  readonly clearedReason?: string;
  readonly evidencePath?: string;
  /** The colour whose first step needs a reason of its own, because it still has the release that was returned from. */
  readonly heldBack?: Colour;
}

/**
 * Clears the latch, under the rules.
 *
 * @throws {RefusedError} naming every reason why it stays set
 */
export async function resume(world: RolloutWorld, givenReason: string | undefined): Promise<ResumeResult> {
  const config = world.stackFile.readConfig();
  const { record, addresses } = await readLastUpdate(world);
  const aws = world.openAws(addresses);
  const [latch, split] = await Promise.all([aws.readLatch(), aws.readSplit()]);
  if (latch.state === "clear") return {};
  const reason = givenReason?.trim();
  const configuredWeightPercent = config.candidateWeight;
  const problems = refuseResume({ record, latch, split, configuredWeightPercent, reason });
  if (problems.length > 0) throw new RefusedError("Clearing the latch", problems, { report: { latch } });

  const evidence: Evidence = {
    ...(await newEvidence(world, "resume", wholeSecond(world.now()), record)),
    reason: reason ?? null,
    latch: { at: latch.at, reason: latch.reason },
    overridden: [`The latch was set at ${latch.at}: ${latch.reason}`],
  };
  // Before the latch: that it was cleared, and why, must not be lost to an interruption.
  await world.evidence.write(evidence);
  await aws.writeLatch(clearLatch);
  const evidencePath = await world.evidence.write({
    ...evidence,
    outcome: "done",
    finishedAt: world.now().toISOString(),
  });
  await tellPeople(world, { aws, config }, "moves", async () => {
    const { resumeMessage } = await import("../telling/move-messages.ts");
    return resumeMessage(world.stage);
  });
  const heldBack = isReturnedFrom(record) ? { heldBack: otherColour(record.liveColour) } : {};
  return { clearedReason: latch.reason, evidencePath, ...heldBack };
}
