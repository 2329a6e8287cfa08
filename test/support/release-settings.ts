import { openStackFile } from "../../cli/stack-file/stack-file.ts";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { wantedRollout } from "../../infra/rollout/wanted.ts";
import type { SettingsByColour } from "../../rollout/release.ts";
import { fixtureFolder } from "./stack-files.ts";

/** What both colours of a stage see of the config, as an update with the tests' own stack file records it. */
export function releaseSettingsOf(stage: Stage): SettingsByColour {
  const { taskSettings = {} } = wantedRollout(openStackFile(fixtureFolder, stage).readConfig());
  return { blue: taskSettings, green: taskSettings };
}
