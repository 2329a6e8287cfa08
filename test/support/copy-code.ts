import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./stack-files.ts";

/** Copies parts of the project, and the names in service.ts, into a folder, which their processes then take for the project. */
export function copyCode(parts: readonly string[], folder: string): void {
  for (const part of [...parts, "service.ts"])
    cpSync(join(projectFolder, part), join(folder, part), { recursive: true });
  symlinkSync(join(projectFolder, "node_modules"), join(folder, "node_modules"));
}
