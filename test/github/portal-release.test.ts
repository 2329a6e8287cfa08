import { describe, expect, it } from "vitest";
import { runRollout } from "../../cli/commands/index.ts";
import { readText } from "../docs/markdown.ts";
import { readWorkflow, runStep } from "./workflow.ts";

const workflow = readWorkflow("../../docs/examples/portal-release.yml");

describe("the example for the portal's repository", () => {
  it("runs the portal's own code without credentials, and writes where it installs nothing", () => {
    const table = Object.entries(workflow.jobs).map(([name, { environment, permissions, steps }]) => [
      name,
      environment,
      permissions,
      steps.flatMap((step) =>
        Object.entries(step.with ?? {})
          .filter(([key]) => key.startsWith("permission-"))
          .map(([key, value]) => `${key}: ${value}`),
      ),
      steps.some(({ run = "" }) => /^npm /m.test(run)),
    ]);
    expect(table).toEqual([
      ["build", undefined, { contents: "read" }, [], false],
      ["push", "release", { "id-token": "write" }, ["permission-contents: read"], true],
      ["propose", "release", {}, ["permission-contents: write", "permission-pull-requests: write"], false],
    ]);
    expect(JSON.stringify(workflow.jobs["build"])).not.toContain("secrets.");
  });

  const push = (npm: string) =>
    runStep(workflow, "push", "Push and stage", {
      programs: { npm: `echo "$@" >> calls; ${npm}`, docker: 'echo "docker $*" >> calls' },
      environment: { TAG: "v2.4.0", GITHUB_STEP_SUMMARY: "page.md" },
      files: { "Pulumi.staging.yaml": "images: {}\n" },
    });

  it("pushes the built image under the tag's version, stages it, and hands over the file and its text", async () => {
    const { status, read } = push("echo '### image' >> summary.md; echo 'images: new' > Pulumi.staging.yaml");
    expect(status).toBe(0);
    const lines = (read("calls") ?? "").trim().split("\n");
    expect(lines).toEqual([
      "docker load --input image/image.tar",
      "run --silent rollout -- image push --stage staging --image portal:release --tag 2.4.0 --summary summary.md",
      "run --silent rollout -- image stage --stage staging --tag 2.4.0 --summary summary.md",
    ]);
    expect(read("staged/Pulumi.staging.yaml")).toBe("images: new\n");
    expect(read("staged/body.md")).toContain("**Merging this makes 2.4.0 the candidate of staging, at weight 0.**");
    for (const line of lines.slice(1)) {
      const words = line.replace("run --silent rollout -- ", "").replace(" --summary summary.md", "").split(" ");
      const said: string[] = [];
      const stream = { write: (text: string) => said.push(text) };
      const exitCode = await runRollout(words, { stdout: stream, stderr: stream }, () => {
        throw new Error("understood, and the world was asked for");
      });
      expect([exitCode, said.join("")]).toEqual([1, expect.stringContaining("understood")]);
    }
  });

  it("hands over nothing where the image may not run", () => {
    const { status, read } = push("exit 1");
    expect(status).toBe(1);
    expect(read("staged/body.md")).toBeUndefined();
  });

  it("is set up by docs/pipelines.md, which names all that it reads", () => {
    const guide = readText("docs/pipelines.md");
    const read = [...workflow.text.matchAll(/\b(?:vars|secrets)\.([A-Z][A-Z0-9_]*)/g)].map(([, name = ""]) => name);
    expect([...new Set(read)].filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});
