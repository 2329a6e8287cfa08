import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { projectName, stackFileName } from "../../infra/config/config-keys.ts";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import type { Stage } from "../../rollout/names.ts";

/** All that a stack file says of a rollout. What is absent is taken out of the file, the schedule apart. */
export interface RolloutState {
  readonly liveColour: StageConfig["liveColour"];
  readonly candidateWeight: number;
  readonly images: StageConfig["images"];
  readonly rolloutOverride?: string;
  readonly freezeWindows?: StageConfig["rollout"]["freezeWindows"];
  /** Default the file's own. */
  readonly steps?: StageConfig["rollout"]["steps"];
}

/** Puts a stage's file into a state of a rollout, as a person would: the rest of it, comments included, stays. */
export function writeRolloutState(folder: string, stage: Stage, state: RolloutState): void {
  const path = join(folder, stackFileName(stage));
  const document = parseDocument(readFileSync(path, "utf8"));
  const key = (name: string) => ["config", `${projectName}:${name}`];
  // JSON is YAML with every text in quotes, which moments need.
  const quoted = (value: unknown) => parseDocument(JSON.stringify(value)).contents;
  document.setIn(key("liveColour"), state.liveColour);
  document.setIn(key("candidateWeight"), state.candidateWeight);
  document.setIn(key("images"), quoted(state.images));
  if (state.rolloutOverride === undefined) document.deleteIn(key("rolloutOverride"));
  else document.setIn(key("rolloutOverride"), state.rolloutOverride);
  document.setIn([...key("rollout"), "freezeWindows"], quoted(state.freezeWindows ?? []));
  if (state.steps !== undefined) document.setIn([...key("rollout"), "steps"], quoted(state.steps));
  writeFileSync(path, document.toString());
}
