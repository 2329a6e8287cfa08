import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyTree } from "../support/copy-code.ts";
import { type CommandRun, runCommands } from "./bootstrap/document-commands.ts";
import { readText } from "./markdown.ts";

const page = readText("docs/adopt.md");

/** The first block of a language in the page. */
function block(language: string): string {
  const [, text] = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/adopt.md has no block of ${language}.`);
  return text;
}

/** Where a text names the portal. Type tokens stay what they are. */
function portalNames(text: string): readonly string[] {
  const places = text.replaceAll(/celebrant(:\w+)+/g, "").matchAll(/.{0,60}(celebrant|\bportal\b).{0,60}/gi);
  return [...places].map(([place]) => place);
}

describe("a second service, by docs/adopt.md", () => {
  let folder: string;
  let notes: string;
  let runs: readonly CommandRun[] = [];
  const run = (part: string) => {
    const found = runs.find(({ command }) => command.includes(part));
    if (found === undefined) throw new Error(`docs/adopt.md runs no ${part}.`);
    return found;
  };

  beforeAll(async () => {
    [folder, notes] = ["second-service-", "second-service-notes-"].map((name) =>
      realpathSync(mkdtempSync(join(tmpdir(), name))),
    ) as [string, string];
    copyTree(folder);
    for (const words of [
      ["init", "--quiet"],
      ["add", "--all"],
    ])
      execFileSync("git", words, { cwd: folder });
    writeFileSync(join(folder, "service.ts"), block("ts"));
    const stackFile = join(folder, "Pulumi.staging.yaml");
    const released = readFileSync(stackFile, "utf8").replace(
      "images: {}",
      `images: { blue: sha256:${"1".repeat(64)} }`,
    );
    writeFileSync(stackFile, released);
    const plans = (["staging", "production"] as const).map(
      (stage) => `npm run --silent plan -- --stage ${stage} --json`,
    );
    runs = await runCommands([block("sh").trim(), ...plans, "npm run --silent rollout -- --help"], {
      folder,
      notes,
      environment: process.env,
    });
  });
  afterAll(() => {
    for (const one of [folder, notes]) rmSync(one, { recursive: true, force: true });
  });

  it("needs no more than the page's commands", () => {
    expect(runs.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
    expect(readFileSync(join(folder, "Pulumi.yaml"), "utf8")).toContain("name: harbour-bookings\n");
  });

  it.each(["staging", "production"])("plans %s without a name of the portal", (stage) => {
    const { stdout } = run(`--stage ${stage} --json`);
    expect(portalNames(stdout)).toEqual([]);
    const { resources } = JSON.parse(stdout) as { readonly resources: readonly { readonly name: string }[] };
    expect(resources.filter(({ name }) => name.startsWith(`harbor-${stage}`)).length).toBeGreaterThan(200);
  });

  it("plans the commands of its own image", () => {
    const { stdout } = run("--stage staging --json");
    expect([...new Set(stdout.match(/prisma|alembic|scripts\/[\w.-]+/g))]).toEqual([
      "prisma",
      "scripts/check-data.js",
      "scripts/seed.js",
    ]);
  });

  it("has commands that name it", () => {
    expect(portalNames(run("rollout -- --help").stdout)).toEqual([]);
    expect(portalNames(readFileSync(join(folder, "docs", "config.schema.json"), "utf8"))).toEqual([]);
  });
});
