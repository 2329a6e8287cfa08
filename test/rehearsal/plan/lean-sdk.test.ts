import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../../../rehearsal/plan/project-folder.ts";

/** Packages whose files are loaded once this module is, by name, in a process of its own. */
function packagesBehind(module: string): readonly string[] {
  const script = `
    await import(${JSON.stringify(module)});
    const { createRequire } = await import("node:module");
    console.log(Object.keys(createRequire(import.meta.url).cache).join("\\n"));`;
  const files = execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: projectFolder,
    encoding: "utf8",
  });
  return [...new Set([...files.matchAll(/node_modules\/((?:@[^/]+\/)?[^/\n]+)/g)].map(([, name]) => name ?? ""))];
}

const behindUnusedParts = ["@npmcli/arborist", "execa", "typescript"];

describe("the SDK as a plan loads it", () => {
  it("comes without the Automation API, TypeScript and npm's dependency tree", () => {
    const packages = packagesBehind("./rehearsal/plan/plan-stage.ts");
    expect(packages).toContain("@pulumi/pulumi");
    expect(packages.filter((name) => behindUnusedParts.includes(name))).toEqual([]);
  });

  it("would come with them", () => {
    expect(packagesBehind("./infra/program.ts")).toEqual(expect.arrayContaining(behindUnusedParts));
  });
});
