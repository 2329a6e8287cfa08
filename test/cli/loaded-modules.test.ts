import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

/** Loads modules in a process of its own and says which packages came with them. */
function packagesOf(...modules: readonly string[]): string[] {
  const urls = modules.map((module) => new URL(`../../${module}`, import.meta.url).href);
  const program = `
    import { createRequire } from "node:module";
    for (const url of ${JSON.stringify(urls)}) await import(url);
    const files = Object.keys(createRequire(import.meta.url).cache);
    const names = files.map((file) => /node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(file)?.[1]);
    console.log(JSON.stringify([...new Set(names)].sort()));
  `;
  const words = ["--input-type=module", "--eval", program];
  const cwd = fileURLToPath(new URL("../../", import.meta.url));
  return JSON.parse(execFileSync(process.execPath, words, { cwd, encoding: "utf8" }));
}

it("rolls back without loading Pulumi's SDK, which costs more than all the rest", () => {
  const packages = packagesOf(
    "cli/commands/rollback.ts",
    "cli/moves/roll-back.ts",
    "cli/world.ts",
    "infra/aws/rescue.ts",
  );
  expect(packages).toContain("yaml");
  expect(packages.filter((name) => name.startsWith("@pulumi/"))).toEqual([]);
});

it("shows help without loading what commands work with", () => {
  expect(packagesOf("cli/commands/index.ts").filter((name) => /^@(aws-sdk|pulumi)/.test(name))).toEqual([]);
});

it("plans without loading AWS's SDK, which only an update needs that takes traffic back", () => {
  const packages = packagesOf("infra/index.ts", "infra/program.ts");
  expect(packages).toContain("@pulumi/pulumi");
  expect(packages.filter((name) => /^@(aws-sdk|smithy)/.test(name))).toEqual([]);
});
