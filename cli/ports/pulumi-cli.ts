import { readFile } from "node:fs/promises";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { updateTimeVariable } from "../../infra/rollout/update-clock.ts";
import type { PulumiPort, UpdateRequest } from "./pulumi.ts";
import { explainPulumi } from "./pulumi-failure.ts";
import { type ProcessResult, runProcess } from "./run-process.ts";
import { readSavedPlan } from "./saved-plan.ts";

/**
 * Pulumi by its CLI: the `pulumi` on the path, which in npm's scripts is the project's own.
 *
 * The Automation API would stand between: its `up` always skips the preview, and then a plan that does not fit stops the
 * update only after the rule was changed and before the record is written; its errors lose the exit code; reading outputs
 * decrypts them, and choosing a stack changes which one the user has selected.
 *
 * @param projectFolder folder with `Pulumi.yaml`, which tells the CLI the project
 */
export function createPulumiCli(stage: Stage, projectFolder: string): PulumiPort {
  const run = async (words: readonly string[], request?: UpdateRequest): Promise<ProcessResult> => {
    try {
      return await runProcess({
        command: "pulumi",
        words: [...words, "--non-interactive", "--stack", stage],
        cwd: projectFolder,
        // Ended in the middle it would leave its lock, and AWS in a state that nothing tells of.
        passesInterrupts: true,
        ...(request === undefined ? {} : { environment: { [updateTimeVariable]: request.updateTime.toISOString() } }),
        ...(request?.onLine === undefined ? {} : { onLine: request.onLine }),
      });
    } catch (error) {
      throw explainPulumi(stage, words, error);
    }
  };
  return {
    async outputs() {
      const words = ["stack", "output", "--json"];
      const result = await run(words);
      if (result.exitCode !== 0) throw explainPulumi(stage, words, result);
      return parseOutputs(result.stdout, stage);
    },
    async preview(request) {
      const words = ["preview", "--color", "never", "--policy-pack", "policies", "--save-plan", request.planPath];
      const result = await run(words, request);
      if (result.exitCode !== 0) throw explainPulumi(stage, words, result);
      return readSavedPlan(await readPlanFile(request.planPath));
    },
    async update(request) {
      const plan = request.planPath === undefined ? [] : ["--plan", request.planPath];
      // Without the outputs, which are a hundred lines twice, and without dots for its patience.
      const quiet = ["--suppress-outputs", "--suppress-progress"];
      const words = ["up", "--yes", "--color", "never", "--policy-pack", "policies", ...quiet, ...plan];
      const result = await run(words, request);
      if (result.exitCode !== 0) throw explainPulumi(stage, words, result);
    },
  };
}

async function readPlanFile(path: string): Promise<string> {
  return await readFile(path, "utf8").catch((error: unknown) => {
    throw new Error("pulumi preview ended well and saved no plan. Check which pulumi is on the path.", {
      cause: error,
    });
  });
}

function parseOutputs(text: string, stage: Stage): Record<string, unknown> {
  try {
    const outputs: unknown = JSON.parse(text);
    if (typeof outputs === "object" && outputs !== null && !Array.isArray(outputs)) return { ...outputs };
  } catch {
    // Said below, as for JSON of another form.
  }
  throw new Error(
    `The outputs of the stack ${stage} cannot be read: pulumi stack output --json printed ${JSON.stringify(text.slice(0, 80))}, which is no JSON object. Check which pulumi is on the path.`,
  );
}
