import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every provider SDK module that the program imports, found in its own import statements. */
export function sdkModules(projectFolder: string): string[] {
  const modules = ["infra", "components"].flatMap((folder) =>
    readdirSync(join(projectFolder, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap((file) => importedModules(readFileSync(join(projectFolder, folder, file), "utf8"))),
  );
  return [...new Set(modules)].sort();
}

/** The packages that those modules belong to. */
export function sdkPackages(modules: readonly string[]): string[] {
  return [...new Set(modules.map((module) => module.split("/").slice(0, 2).join("/")))];
}

function importedModules(source: string): string[] {
  const imports = source.matchAll(/^import (?!type\b)[^;]*?from "(@pulumi(?:verse)?\/[^"]+)";$/gms);
  return [...imports].map(([, module]) => module ?? "");
}
