import type { RolloutWorld } from "../../../cli/world.ts";

/** The instance that a restore has made; absent before it. */
export interface RestoredInstance {
  instance?: string;
}

/**
 * A world whose previews are the real program's, and whose update makes the restored instance: the stand-in of AWS cannot change a
 * dashboard in place, and knows no restored instance.
 *
 * @param left what is left of it for the next world
 */
export function restoringWorld(world: RolloutWorld, left: RestoredInstance) {
  const outputs = async () => ({
    ...(await world.pulumi.outputs()),
    ...(left.instance === undefined ? {} : { databaseInstanceIdentifier: left.instance }),
  });
  const update = async () => {
    left.instance = `portal-${world.stage}-0badcafe`;
  };
  return { ...world, pulumi: { ...world.pulumi, preview: world.pulumi.preview, outputs, update } };
}
