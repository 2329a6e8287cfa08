import { execFileSync } from "node:child_process";
import { cpSync, existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./stack-files.ts";

/** Copies parts of the project, and the names in service.ts, into a folder, which their processes then take for the project. */
export function copyCode(parts: readonly string[], folder: string): void {
  for (const part of [...parts, "service.ts"])
    cpSync(join(projectFolder, part), join(folder, part), { recursive: true });
  symlinkSync(join(projectFolder, "node_modules"), join(folder, "node_modules"));
}

/**
 * Copies every file of the project that git has or would take, and links to what is installed: the packages, and the Python
 * environments of `.cache`.
 */
export function copyTree(folder: string): void {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: projectFolder,
    encoding: "utf8",
  });
  for (const file of listed.split("\0").filter((name) => name !== "")) {
    cpSync(join(projectFolder, file), join(folder, file));
  }
  for (const part of ["node_modules", ".cache"]) {
    if (existsSync(join(projectFolder, part))) symlinkSync(join(projectFolder, part), join(folder, part));
  }
}
