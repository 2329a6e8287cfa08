import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Stage } from "../infra/config/schema/stage-config.ts";
import { gateFileVariable } from "../infra/rollout/gate-file.ts";
import { updateTimeVariable } from "../infra/rollout/program-world.ts";
import type { RecordedOutputs } from "../infra/stack-outputs.ts";
import { readJson } from "../rollout/json.ts";
import { executableOnPath, type ProcessResult, runProcess } from "./process.ts";
import { explainPulumi } from "./pulumi-failure.ts";

/** What an update would do to one resource. */
export interface PlannedChange {
  readonly urn: string;
  /** Type token, such as `aws:lb/listenerRule:ListenerRule`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  /** The engine's operations in order, such as `update`, or `create-replacement`, `replace`, `delete-replaced`. */
  readonly operations: readonly string[];
  /** Top-level inputs that differ. */
  readonly properties: readonly string[];
}

/** What a saved plan binds an update to. */
export interface SavedPlan {
  /** Everything but what stays the same. */
  readonly changes: readonly PlannedChange[];
  /** Names of the stack outputs that differ. */
  readonly outputs: readonly string[];
}

/** One update's time and plan. */
export interface UpdateRequest {
  /** The update's one clock: a preview saved as a plan and the `up` bound to it get the same. */
  readonly updateTime: Date;
  /** File that the program writes the verdict on the move to. The same for a preview and its update, which share figures. */
  readonly gatePath?: string | undefined;
  /** Told of each line that Pulumi prints. */
  readonly onLine?: (line: string) => void;
}

/** One stack, as the commands use it. */
export interface PulumiStack {
  /**
   * The stack's outputs by name, or none if no update has finished yet. A secret one reads as `[secret]`.
   *
   * @throws {Error} if they cannot be read; the message says why and what to do
   */
  outputs(): Promise<RecordedOutputs>;
  /**
   * Plans an update and saves the plan.
   *
   * @param planPath file that the plan is written to
   * @throws {Error} with the program's own message if it refuses
   */
  preview(request: UpdateRequest & { readonly planPath: string }): Promise<SavedPlan>;
  /**
   * Updates the stack.
   *
   * @param planPath plan that the update is bound to: a difference stops it before anything is changed
   * @throws {Error} if it is refused or fails; the message says what to do
   */
  update(request: UpdateRequest & { readonly planPath?: string }): Promise<void>;
}

/**
 * A stack by the Pulumi CLI: the `pulumi` that is installed on this machine, or else the one that npm brings.
 *
 * Not by the Automation API, for three reasons. Its `up` always skips the preview; a plan that does not fit then stops the
 * update only after the rule was changed and before the record is written. Its errors lose the exit code. Reading outputs
 * decrypts them, and choosing a stack changes which one the user has selected.
 *
 * @param projectFolder folder with `Pulumi.yaml`, which tells the CLI the project
 */
export function openPulumiStack(stage: Stage, projectFolder: string): PulumiStack {
  const run = async (words: readonly string[], request?: UpdateRequest): Promise<string> => {
    // Without a pause before the start: until then an interrupt ends this program.
    const command = pulumiCommand(process.env["PATH"] ?? "");
    const result = await runProcess({
      command,
      words: [...words, "--non-interactive", "--stack", stage],
      cwd: projectFolder,
      // If an update ended in the middle, it would leave its lock, and AWS in a state that nothing records. Whoever only
      // reads holds no lock, and ends with us.
      passesInterrupts: request !== undefined,
      environment: request === undefined ? {} : environmentOf(request),
      onLine: request?.onLine,
    }).catch((error: unknown) => {
      throw explainPulumi(stage, words, error);
    });
    if (result.exitCode !== 0) throw explainPulumi(stage, words, result);
    return result.stdout;
  };
  return {
    async outputs() {
      return parseOutputs(await run(["stack", "output", "--json"]), stage);
    },
    async preview(request) {
      const words = ["preview", "--color", "never", "--policy-pack", "policies", "--save-plan", request.planPath];
      await run(words, request);
      return readSavedPlan(await readPlanFile(request.planPath));
    },
    async update(request) {
      const plan = request.planPath === undefined ? [] : ["--plan", request.planPath];
      // Without the outputs, which are a hundred lines twice, and without the dots that show it is waiting.
      const quiet = ["--suppress-outputs", "--suppress-progress"];
      await run(["up", "--yes", "--color", "never", "--policy-pack", "policies", ...quiet, ...plan], request);
    },
  };
}

/**
 * The CLI to run: the first on the path that npm did not put there. npm's own is a script that downloads the CLI when it is
 * first run, and a signal that ends the script tells nothing of how the CLI ended.
 *
 * @param path folders, as the environment has them
 * @returns a path, or the bare name where there is no other
 */
export function pulumiCommand(path: string): string {
  const isOthers = (folder: string) => !/[\\/]node_modules[\\/]\.bin[\\/]?$/.test(folder);
  return executableOnPath("pulumi", path, isOthers) ?? "pulumi";
}

/** Runs the CLI in this project with the given words alone, and tells how it ended. */
export async function runPulumi(words: readonly string[]): Promise<ProcessResult> {
  return await runProcess({
    command: pulumiCommand(process.env["PATH"] ?? ""),
    words: [...words, "--non-interactive"],
    cwd: fileURLToPath(new URL("../", import.meta.url)),
  });
}

function environmentOf({ updateTime, gatePath }: UpdateRequest): Readonly<Record<string, string>> {
  return {
    [updateTimeVariable]: updateTime.toISOString(),
    ...(gatePath === undefined ? {} : { [gateFileVariable]: gatePath }),
  };
}

async function readPlanFile(path: string): Promise<string> {
  return await readFile(path, "utf8").catch((error: unknown) => {
    throw new Error("pulumi preview succeeded but saved no plan. Check which pulumi is on the path.", {
      cause: error,
    });
  });
}

function parseOutputs(text: string, stage: Stage): RecordedOutputs {
  try {
    const outputs: unknown = JSON.parse(text);
    if (typeof outputs === "object" && outputs !== null && !Array.isArray(outputs)) return { ...outputs };
  } catch {
    // Reported below, as for JSON of another form.
  }
  throw new Error(
    `The outputs of the stack ${stage} could not be read: pulumi stack output --json printed ${JSON.stringify(text.slice(0, 80))}, which is not a JSON object. Check which pulumi is on the path.`,
  );
}

const diff = z
  .object({
    adds: z.record(z.string(), z.unknown()).optional(),
    updates: z.record(z.string(), z.unknown()).optional(),
    deletes: z.array(z.string()).nullish(),
  })
  .nullish();

const planSchema = z.object({
  resourcePlans: z.record(
    z.string(),
    z.object({
      goal: z.object({ inputDiff: diff, outputDiff: diff }).nullish(),
      steps: z.array(z.string()).nullish(),
    }),
  ),
});

/** Operations that leave a resource as it is. */
const idle = new Set(["same", "read", "refresh"]);

const stackType = "pulumi:pulumi:Stack";

/**
 * Reads a plan file as `pulumi preview --save-plan` writes it. The update is bound to this file, so the file is judged, and
 * not what the preview printed.
 *
 * @throws {TypeError} for a file that is not a plan
 */
export function readSavedPlan(text: string): SavedPlan {
  const parsed = planSchema.safeParse(readJson(text));
  if (!parsed.success) {
    throw new TypeError(`Pulumi saved a plan that this program cannot read: ${z.prettifyError(parsed.error)}`);
  }
  const plans = Object.entries(parsed.data.resourcePlans);
  const changes = plans.flatMap(([urn, { goal, steps }]): PlannedChange[] => {
    const operations = (steps ?? []).filter((step) => !idle.has(step));
    if (operations.length === 0) return [];
    return [{ urn, type: typeOf(urn), name: nameOf(urn), operations, properties: keysOf(goal?.inputDiff) }];
  });
  const outputs = plans.flatMap(([urn, { goal }]) => (typeOf(urn) === stackType ? keysOf(goal?.outputDiff) : []));
  return { changes, outputs };
}

function keysOf(difference: z.output<typeof diff>): string[] {
  const { adds = {}, updates = {}, deletes } = difference ?? {};
  return [...Object.keys(adds), ...Object.keys(updates), ...(deletes ?? [])].sort();
}

/** `urn:pulumi:<stack>::<project>::<parent types>$<type>::<name>`; a name may hold `::`. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
