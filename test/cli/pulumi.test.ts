import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { openPulumiStack, pulumiCommand, readSavedPlan } from "../../cli/pulumi.ts";
import { fakePulumi } from "../support/fake-pulumi.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import type { FakePulumi } from "../support/write-fake-pulumi.ts";
import { recorded } from "./recorded.ts";

const updateTime = new Date("2026-11-23T12:00:00.000Z");

beforeEach(() => () => vi.unstubAllEnvs());

/** The port of a stack in a folder of its own, with nothing but the fake on the path. */
function openCli(answers: Parameters<typeof fakePulumi>[0]) {
  const pulumi: FakePulumi = fakePulumi(answers);
  vi.stubEnv("PATH", pulumi.folder);
  // As in a shell in which somebody has set it by hand.
  vi.stubEnv("ROLLOUT_UPDATE_TIME", undefined);
  vi.stubEnv("ROLLOUT_GATE_FILE", undefined);
  const folder = temporaryFolder();
  return { port: openPulumiStack("production", folder), folder, planPath: join(folder, "plan.json"), pulumi };
}

describe("openPulumiStack", () => {
  it("previews into the plan file, and judges that file", async () => {
    const { port, folder, planPath, pulumi } = openCli({ plan: recorded("step.plan.json") });
    const lines: string[] = [];
    const saved = await port.preview({ updateTime, planPath, onLine: (line) => lines.push(line) });
    expect(saved.changes.map(({ name }) => name)).toEqual(["portal-production-public", "default"]);
    expect(saved.outputs).toEqual(["rollout"]);
    expect(lines).toEqual(["Previewing update (production):"]);
    expect(pulumi.calls()).toEqual([
      {
        words: [
          ...["preview", "--color", "never", "--policy-pack", "policies", "--save-plan", planPath],
          ...["--non-interactive", "--stack", "production"],
        ],
        cwd: folder,
        updateTime: "2026-11-23T12:00:00.000Z",
      },
    ]);
  });

  it("binds the update to a plan, at the same time, and under the same policies", async () => {
    const { port, folder, planPath, pulumi } = openCli({ plan: recorded("step.plan.json") });
    await port.preview({ updateTime, planPath, gatePath: "/tmp/gate.json" });
    await port.update({ updateTime, planPath, gatePath: "/tmp/gate.json" });
    await port.update({ updateTime });
    const quiet = ["--suppress-outputs", "--suppress-progress"];
    const up = ["up", "--yes", "--color", "never", "--policy-pack", "policies", ...quiet];
    const stack = ["--non-interactive", "--stack", "production"];
    const told = { cwd: folder, updateTime: "2026-11-23T12:00:00.000Z" };
    expect(pulumi.calls()[0]?.gateFile).toBe("/tmp/gate.json");
    expect(pulumi.calls().slice(1)).toEqual([
      { words: [...up, "--plan", planPath, ...stack], ...told, gateFile: "/tmp/gate.json" },
      { words: [...up, ...stack], ...told },
    ]);
    expect(existsSync(planPath)).toBe(true);
  });

  it("never skips the preview of an update, which is what stops one that does not fit its plan", async () => {
    const { port, planPath, pulumi } = openCli({});
    await port.update({ updateTime, planPath });
    expect(pulumi.calls()[0]?.words).not.toContain("--skip-preview");
  });

  it("tells every line of an update as it is printed, of both streams", async () => {
    const { port } = openCli({ raw: { stdout: "Updating\n ~ rule\n", stderr: "warning: slow\n", exitCode: 0 } });
    const lines: string[] = [];
    await port.update({ updateTime, onLine: (line) => lines.push(line) });
    expect(lines.toSorted()).toEqual([" ~ rule", "Updating", "warning: slow"]);
  });

  it("reads the outputs without a time, because nothing is updated", async () => {
    const { port, pulumi } = openCli({ stacks: { production: { region: "ap-southeast-2", secret: "[secret]" } } });
    expect(await port.outputs()).toEqual({ region: "ap-southeast-2", secret: "[secret]" });
    expect(pulumi.calls().map(({ updateTime }) => updateTime)).toEqual([undefined]);
  });

  it("fails with the program's own refusal", async () => {
    const refused = openCli({ raw: { stdout: recorded("move-refused.txt"), exitCode: 1 } });
    const { port, planPath } = refused;
    await expect(port.preview({ updateTime, planPath })).rejects.toThrow(/^Rollout refused\. candidateWeight is 25/);
    await expect(port.update({ updateTime, planPath })).rejects.toThrow(/^Rollout refused\. candidateWeight is 25/);
  });

  it("fails with the violated policy", async () => {
    const { port, planPath } = openCli({ raw: { stdout: recorded("policy-violated.txt"), exitCode: 1 } });
    await expect(port.preview({ updateTime, planPath })).rejects.toThrow(/^A policy is violated:/);
  });

  it("fails for an update that no longer fits its plan, of which Pulumi says nothing", async () => {
    const { port, planPath } = openCli({ raw: { stdout: recorded("unfit-outputs.txt"), exitCode: 1 } });
    await expect(port.update({ updateTime, planPath })).rejects.toThrow("than the preview showed a moment ago");
  });

  it("fails for a preview that left no plan, and for one that is none", async () => {
    const without = openCli({});
    await expect(without.port.preview({ updateTime, planPath: without.planPath })).rejects.toThrow(
      "pulumi preview succeeded but saved no plan. Check which pulumi is on the path.",
    );
    const broken = openCli({ plan: "{" });
    await expect(broken.port.preview({ updateTime, planPath: broken.planPath })).rejects.toThrow(
      "Pulumi saved a plan that this program cannot read:",
    );
  });

  it("fails where there is no Pulumi CLI", async () => {
    vi.stubEnv("PATH", temporaryFolder());
    const port = openPulumiStack("production", temporaryFolder());
    await expect(port.outputs()).rejects.toThrow("The Pulumi CLI was not found.");
    await expect(port.update({ updateTime })).rejects.toThrow("The Pulumi CLI was not found.");
  });
});

const type = "pulumi-nodejs:dynamic:Resource";
const provider = {
  urn: "urn:pulumi:production::portal::pulumi:providers:pulumi-nodejs::default",
  type: "pulumi:providers:pulumi-nodejs",
  name: "default",
  operations: ["update"],
};
const rule = {
  urn: `urn:pulumi:production::portal::celebrant:traffic:Traffic$${type}::portal-production-public`,
  type,
  name: "portal-production-public",
  operations: ["update"],
  properties: ["actions", "weight"],
};

describe("readSavedPlan", () => {
  it("reads a step: the rule's own inputs, the provider's, and the record", () => {
    expect(readSavedPlan(recorded("step.plan.json"))).toEqual({
      changes: [rule, { ...provider, properties: ["portal:w"] }],
      outputs: ["rollout"],
    });
  });

  it("finds nothing in a plan that changes nothing", () => {
    expect(readSavedPlan(recorded("idle.plan.json"))).toEqual({ changes: [], outputs: [] });
  });

  it("reads every kind of change, and each output that comes, goes or differs", () => {
    const { changes, outputs } = readSavedPlan(recorded("many-changes.plan.json"));
    const change = (name: string, operations: string[], properties: string[]) => ({
      urn: `urn:pulumi:production::portal::${type}::${name}`,
      type,
      name,
      operations,
      properties,
    });
    expect(changes).toEqual([
      rule,
      change("arriving", ["create"], ["n", "size"]),
      // A deletion has no goal in the plan.
      change("leaving", ["delete"], []),
      // A name may hold what separates the parts of an URN.
      change("odd::name", ["update"], ["size", "tags"]),
      change("zoned", ["create-replacement", "replace", "delete-replaced"], ["zone"]),
      { ...provider, properties: ["portal:stage", "portal:w", "pulumi-nodejs:region"] },
    ]);
    expect(outputs).toEqual(["added", "dropped", "rollout"]);
  });

  it("keeps the order in which a resource is deleted before its replacement", () => {
    const zoned = readSavedPlan(recorded("replace-in-place.plan.json")).changes.find(({ name }) => name === "zoned");
    expect(zoned?.operations).toEqual(["delete-replaced", "replace", "create-replacement"]);
  });

  it("counts the creation of a stack and of its provider as changes", () => {
    const { changes } = readSavedPlan(recorded("first.plan.json"));
    expect(changes.map(({ name, operations }) => [name, operations])).toEqual([
      ["zoned", ["create"]],
      ["default", ["create"]],
      ["portal-other", ["create"]],
    ]);
  });

  it.each(["", "{", "{}", "[]", '{"resourcePlans":[]}', '{"resourcePlans":{"urn":{"steps":"update"}}}'])(
    "refuses %j, which is no plan",
    (text) => {
      expect(() => readSavedPlan(text)).toThrow(TypeError);
      expect(() => readSavedPlan(text)).toThrow("Pulumi saved a plan that this program cannot read:");
    },
  );
});

describe("pulumiCommand", () => {
  /** Folders with an executable `pulumi`, as a path. */
  function pathOf(...folders: readonly string[]): { readonly path: string; readonly files: readonly string[] } {
    const project = temporaryFolder();
    const all = folders.map((folder) => join(project, folder));
    for (const folder of all) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "pulumi"), "", { mode: 0o755 });
    }
    return { path: all.join(delimiter), files: all.map((folder) => join(folder, "pulumi")) };
  }

  it("takes the one on the path before the one that npm puts there", () => {
    const { path, files } = pathOf("node_modules/.bin", "a/node_modules/.bin", "usr/bin", "opt/bin");
    expect(pulumiCommand(path)).toBe(files[2]);
  });

  it("leaves it to the path where npm's is the only one", () => {
    expect(pulumiCommand(pathOf("node_modules/.bin").path)).toBe("pulumi");
    expect(pulumiCommand("")).toBe("pulumi");
  });

  it("passes by a file that cannot be run", () => {
    const { path, files } = pathOf("old", "usr/bin");
    chmodSync(files[0] ?? "", 0o644);
    expect(pulumiCommand(path)).toBe(files[1]);
  });
});
