import { z } from "zod";
import type { Settings } from "../../rollout/settings.ts";
import { apiContainerName } from "./names.ts";

/** What a task sees of the config, besides its image: part of a release (guide S4, P2). */
export interface TaskSettings {
  readonly environment: "staging" | "production";
  readonly debug: boolean;
  readonly allowedOrigins: readonly string[];
  /** CPU units of a task, 1024 to the vCPU. */
  readonly cpuUnits: number;
  /** Memory of a task, MiB. */
  readonly memoryMib: number;
}

/** Writes them as the record keeps them, by the keys that a person edits. */
export function writeTaskSettings(settings: TaskSettings): Settings {
  return {
    "api.environment": settings.environment,
    "api.debug": settings.debug,
    "api.allowedOrigins": JSON.stringify(settings.allowedOrigins),
    "api.cpuUnits": settings.cpuUnits,
    "api.memoryMib": settings.memoryMib,
  };
}

const recorded = z.object({
  "api.environment": z.enum(["staging", "production"]),
  "api.debug": z.boolean(),
  "api.allowedOrigins": z.string(),
  "api.cpuUnits": z.number(),
  "api.memoryMib": z.number(),
});

/**
 * Reads them from a record.
 *
 * @throws {z.ZodError} for a record of another version that names others
 */
export function readTaskSettings(settings: Settings): TaskSettings {
  const read = recorded.parse(settings);
  return {
    environment: read["api.environment"],
    debug: read["api.debug"],
    allowedOrigins: z.array(z.string()).parse(JSON.parse(read["api.allowedOrigins"])),
    cpuUnits: read["api.cpuUnits"],
    memoryMib: read["api.memoryMib"],
  };
}

/** What AWS answers of a task definition. */
export interface TaskDefinitionAnswer {
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
  /** JSON. */
  readonly containerDefinitions: string;
}

/** Reads back what a task definition really has, as the record keeps it. A value that is not there is left out. */
export function settingsOfTaskDefinition({ cpu, memory, containerDefinitions }: TaskDefinitionAnswer): Settings {
  const containers: readonly { name?: string; environment?: { name: string; value: string }[] }[] =
    JSON.parse(containerDefinitions);
  const variables = containers.find(({ name }) => name === apiContainerName)?.environment ?? [];
  const variable = (name: string) => variables.find((one) => one.name === name)?.value;
  const found = {
    "api.environment": variable("ENVIRONMENT"),
    "api.debug": variable("DEBUG") === undefined ? undefined : variable("DEBUG") === "true",
    "api.allowedOrigins": variable("ALLOWED_ORIGINS"),
    "api.cpuUnits": cpu === undefined ? undefined : Number(cpu),
    "api.memoryMib": memory === undefined ? undefined : Number(memory),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Settings;
}
