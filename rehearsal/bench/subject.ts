/** A process under measurement: does what its argument says, and prints a {@link PlanningCost} as JSON. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { projectFolder } from "../plan/project-folder.ts";
import type { PlanningCost } from "./costs.ts";

const [subject] = process.argv.slice(2);
const started = performance.now();
const stageMilliseconds: number[] = [];

if (subject === "two-packages") {
  for (const name of ["@pulumi/pulumi", "@pulumi/aws"]) await import(name);
} else if (subject === "modules" || subject === "packages") {
  const modules = sdkModules();
  const packages = modules.map((module) => module.split("/").slice(0, 2).join("/"));
  for (const name of new Set(subject === "modules" ? modules : packages)) await import(name);
} else {
  const stages = (subject ?? "").replace("-cached", "").split(",") as Stage[];
  const { planStage } = await import("../plan/plan-stage.ts");
  for (const stage of stages) {
    const begun = performance.now();
    await planStage({ stage, projectFolder, set: { candidateWeight: 0 }, previousRecord: null, now: new Date() });
    stageMilliseconds.push(performance.now() - begun);
  }
}

const { user, system } = process.cpuUsage();
const cost: PlanningCost = {
  milliseconds: performance.now() - started,
  cpuMilliseconds: (user + system) / 1000,
  stageMilliseconds,
  peakMebibytes: process.resourceUsage().maxRSS / 1024,
};
console.log(JSON.stringify(cost));

/** Every provider SDK module that the program imports, found in its import statements. */
function sdkModules(): readonly string[] {
  const modules = ["infra", "components"].flatMap((folder) =>
    readdirSync(join(projectFolder, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => importedModules(readFileSync(join(projectFolder, folder, file), "utf8"))),
  );
  return [...new Set(modules)].sort();
}

function importedModules(source: string): string[] {
  const imports = source.matchAll(/^import (?!type\b)[^;]*?from "(@pulumi(?:verse)?\/[^"]+)";$/gms);
  return [...imports].map(([, module]) => module ?? "");
}
