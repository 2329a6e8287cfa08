import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { temporaryFolder } from "../support/temporary-folder.ts";

const fromProject = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** The rows of the layout, from the top: a folder may import from the rows below its own. */
const rows: readonly (readonly string[])[] = [
  ["rehearsal"],
  ["cli"],
  ["infra"],
  ["components", "policies"],
  ["rollout"],
];
const folders = rows.flat();

/** One file with every kind of import that a file can have. */
function importingFile(folder: string): string {
  return [
    `import { a } from "../../${folder}/part.ts";`,
    `import type { B } from "../../${folder}/part/b.ts";`,
    `export { c } from "../../${folder}/part.ts";`,
    `export const d = [a, (await import("../../${folder}/part.ts")) as B];`,
    "",
  ].join("\n");
}

/** Lints planted files by this project's own settings. @returns how many forbidden imports each has */
function forbiddenImports(files: Readonly<Record<string, string>>): Record<string, number> {
  const folder = temporaryFolder();
  cpSync(fromProject("biome.json"), join(folder, "biome.json"));
  for (const [path, source] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), source);
  }
  const words = ["lint", "--only=style/noRestrictedImports", "--vcs-enabled=false", "--max-diagnostics=none"];
  const { stdout } = spawnSync(
    process.execPath,
    [fromProject("node_modules/@biomejs/biome/bin/biome"), ...words, "--reporter=github", "."],
    { cwd: folder, encoding: "utf8" },
  );
  const found = [...stdout.matchAll(/noRestrictedImports,file=([^,]+),/g)].map(([, path = ""]) =>
    relative(folder, path),
  );
  return Object.fromEntries(Object.keys(files).map((path) => [path, found.filter((one) => one === path).length]));
}

it("lets a folder import from the rows below its own and from no other", () => {
  const pairs = folders.flatMap((from) => [...folders, "test"].map((to) => ({ from, to })));
  const path = ({ from, to }: (typeof pairs)[number]) => `${from}/planted/imports-${to}.ts`;
  const rowOf = (name: string) => rows.findIndex((names) => names.includes(name));
  const files = Object.fromEntries(pairs.map((pair) => [path(pair), importingFile(pair.to)]));
  const expected = pairs.map((pair) => [
    path(pair),
    pair.from === pair.to || rowOf(pair.to) > rowOf(pair.from) ? 0 : 4,
  ]);
  expect(forbiddenImports(files)).toEqual(Object.fromEntries(expected));
});

it("keeps the rules of the rollout free of Pulumi, AWS and the machine", () => {
  const packages = ["@pulumi/pulumi", "@pulumi/aws/lb/listenerRule.js", "@aws-sdk/client-ssm", "node:fs"];
  const source = packages.map((name, index) => `import a${index} from "${name}";\nexport { a${index} };\n`).join("");
  expect(forbiddenImports({ "rollout/planted.ts": source })).toEqual({ "rollout/planted.ts": packages.length });
});
