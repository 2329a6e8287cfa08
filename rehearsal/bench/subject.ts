import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { projectFolder } from "../plan/project-folder.ts";
import { sdkModules, sdkPackages } from "./sdk-modules.ts";

/** One process under measurement: does what its argument says and prints what it cost as JSON. */
const [subject] = process.argv.slice(2);
const started = performance.now();
const stageMilliseconds: number[] = [];

if (subject === "modules" || subject === "packages") {
  const modules = sdkModules(projectFolder);
  for (const name of subject === "modules" ? modules : sdkPackages(modules)) await import(name);
} else {
  const stages = (subject ?? "").split(",") as Stage[];
  const { planStage } = await import("../plan/plan-stage.ts");
  for (const stage of stages) {
    const begun = performance.now();
    await planStage({ stage, projectFolder, set: { candidateWeight: 0 }, previousRecord: null, now: new Date() });
    stageMilliseconds.push(performance.now() - begun);
  }
}

console.log(
  JSON.stringify({
    milliseconds: performance.now() - started,
    stageMilliseconds,
    peakMebibytes: process.resourceUsage().maxRSS / 1024,
  }),
);
