import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { copyCode } from "../support/copy-code.ts";
import { projectFolder } from "../support/stack-files.ts";

/** A copy of the program's code in a folder of its own. */
function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), "compile-cache-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  copyCode(["cli", "infra", "components", "rollout", "package.json", "check-node.cjs"], folder);
  return folder;
}

function help(folder: string): string {
  const words = [join(folder, "cli", "main.ts"), "--help"];
  return execFileSync(process.execPath, words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

it("keeps compiled modules in the project's cache folder", () => {
  const folder = copy();
  help(folder);
  expect(existsSync(join(folder, ".cache", "compile"))).toBe(true);
});

it("works the same where the folder cannot be written", () => {
  const folder = copy();
  writeFileSync(join(folder, ".cache"), "a file, where a folder is needed");
  expect(help(folder)).toContain("npm run rollout -- advance");
});

it("is turned on by what package.json loads before each command, before the first file with types", () => {
  const folder = copy();
  const words = ["--require", join(folder, "check-node.cjs"), join(folder, "rollout", "colour.ts")];
  execFileSync(process.execPath, words, { stdio: "pipe" });
  expect(existsSync(join(folder, ".cache", "compile"))).toBe(true);
});

// Those that are started without it: by Pulumi, and as the package's program.
it.each(["infra/index.ts", "cli/main.ts"])("%s turns it on before it loads anything of the program", (entry) => {
  const text = readFileSync(join(projectFolder, entry), "utf8");
  const imported = [...text.matchAll(/^import (?!type )[^;]*?"([^"]+)";$/gm)].map(([, name = ""]) => name);
  expect(imported.filter((name) => !/^node:/.test(name))).toEqual([]);
  expect(text.indexOf("\nenableCompileCache(")).toBeGreaterThan(0);
  expect(text.indexOf("\nenableCompileCache(")).toBeLessThan(text.search(/\bimport\("/));
});

it("is given to each process and thread that a rehearsal starts", () => {
  const texts = readdirSync(join(projectFolder, "rehearsal"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readFileSync(join(projectFolder, "rehearsal", name), "utf8"));
  const starting = texts.filter((text) => /\bnew Worker\(|\bfork\(/.test(text));
  expect(starting.length).toBeGreaterThan(4);
  for (const text of starting) expect(text).toContain("...compileCacheVariable");
});
