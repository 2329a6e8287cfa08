import { stageName } from "../../../infra/naming.ts";
import { colours } from "../../../rollout/colour.ts";
import { readOutput } from "../../plan/planned-resource.ts";
import type { ScenarioWorld } from "./scenario-world.ts";

/** Every watched alarm of a stage, by the words in which a scenario names it: `candidate unfit`, `database-connections`. */
export function alarmWords(world: Pick<ScenarioWorld, "program">): ReadonlyMap<string, string> {
  const watched = readOutput(world.program.plan, "watchedAlarmNames");
  const all = [...watched.blue, ...watched.green, ...watched.shared];
  return new Map([...new Set(all)].map((name) => [name, roleWords(name, world)]));
}

/** An alarm by its role, from its logical name or the name in AWS, which the provider may end with an id. */
export function roleWords(name: string, { program }: Pick<ScenarioWorld, "program">): string {
  const short = name.replace(`${stageName(program.stage)}-`, "").replace(/-[0-9a-f]{7,}$/, "");
  const colour = colours.find((one) => short.startsWith(`${one}-`));
  if (colour === undefined) return short;
  return `${colour === program.candidate ? "candidate" : "live"} ${short.slice(colour.length + 1)}`;
}
