import type { Colour } from "../../rollout/colour.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { readRecord } from "../snapshot.ts";
import { editStackFile } from "../stack-file/edit.ts";
import type { RolloutWorld } from "../world.ts";

/**
 * Makes the stack file and the record say what AWS has. A written reason that was for going up is taken out, lest it lets
 * the next step skip something; a return to the colour before may need one itself.
 *
 * @returns the record as it was before
 */
export async function converge(
  world: RolloutWorld,
  { live, isReturn, now }: { readonly live: Colour; readonly isReturn: boolean; readonly now: Date },
): Promise<RolloutRecord> {
  const { stackFile, pulumi } = world;
  const text = await stackFile.read();
  const override = isReturn ? {} : { rolloutOverride: null };
  const edited = editStackFile(text, { liveColour: live, candidateWeight: 0, ...override });
  if (edited !== text) await stackFile.write(edited);
  const record = await readRecord(world);
  if (record.liveColour === live && record.weightPercent === 0) return record;
  world.say("Traffic is back; updating, so that config and record say so");
  await pulumi.update({ updateTime: now, onLine: (line) => world.say(`  ${line}`) });
  return record;
}
