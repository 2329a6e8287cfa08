import { existsSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { createPulumiCli } from "../../../cli/ports/pulumi-cli.ts";
import { fakePulumi } from "../../support/fake-pulumi.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import type { FakePulumi } from "../../support/write-fake-pulumi.ts";
import { recorded } from "./recorded.ts";

const updateTime = new Date("2026-11-23T12:00:00.000Z");

beforeEach(() => () => vi.unstubAllEnvs());

/** The port of a stack in a folder of its own, with nothing but the fake on the path. */
function openCli(answers: Parameters<typeof fakePulumi>[0]) {
  const pulumi: FakePulumi = fakePulumi(answers);
  vi.stubEnv("PATH", pulumi.folder);
  // As in a shell in which somebody has set it by hand.
  vi.stubEnv("ROLLOUT_UPDATE_TIME", undefined);
  const folder = temporaryFolder();
  return { port: createPulumiCli("production", folder), folder, planPath: join(folder, "plan.json"), pulumi };
}

describe("createPulumiCli", () => {
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
    await port.preview({ updateTime, planPath });
    await port.update({ updateTime, planPath });
    await port.update({ updateTime });
    const quiet = ["--suppress-outputs", "--suppress-progress"];
    const up = ["up", "--yes", "--color", "never", "--policy-pack", "policies", ...quiet];
    const stack = ["--non-interactive", "--stack", "production"];
    const told = { cwd: folder, updateTime: "2026-11-23T12:00:00.000Z" };
    expect(pulumi.calls().slice(1)).toEqual([
      { words: [...up, "--plan", planPath, ...stack], ...told },
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
    await expect(port.update({ updateTime, planPath })).rejects.toThrow("is not what was planned a moment ago");
  });

  it("fails for a preview that left no plan, and for one that is none", async () => {
    const without = openCli({});
    await expect(without.port.preview({ updateTime, planPath: without.planPath })).rejects.toThrow(
      "pulumi preview ended well and saved no plan. Check which pulumi is on the path.",
    );
    const broken = openCli({ plan: "{" });
    await expect(broken.port.preview({ updateTime, planPath: broken.planPath })).rejects.toThrow(
      "Pulumi saved a plan that cannot be read:",
    );
  });

  it("fails where there is no Pulumi CLI", async () => {
    vi.stubEnv("PATH", temporaryFolder());
    const port = createPulumiCli("production", temporaryFolder());
    await expect(port.outputs()).rejects.toThrow("The Pulumi CLI is not on the path.");
    await expect(port.update({ updateTime })).rejects.toThrow("The Pulumi CLI is not on the path.");
  });
});
