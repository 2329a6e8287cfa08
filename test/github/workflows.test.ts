import { readdirSync, readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { describe, expect, it } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { parse } from "yaml";

// The language service imports JSON without the attribute that Node asks for.
const hooks = registerHooks({
  load(url, context, next) {
    const isJson = url.includes("/@actions/") && url.endsWith(".json");
    return next(url, isJson ? { ...context, importAttributes: { type: "json" } } : context);
  },
});
const { validate } = await import("@actions/languageservice");
hooks.deregister();

const folder = new URL("../../.github/workflows/", import.meta.url);
const examples = new URL("../../docs/examples/", import.meta.url);
const workflows = [folder, examples].flatMap((from) =>
  readdirSync(from).map((name) => ({ name, text: readFileSync(new URL(name, from), "utf8") })),
);

/** What GitHub's own language service says of a workflow. */
async function lint(name: string, text: string): Promise<string[]> {
  const document = TextDocument.create(`file:///.github/workflows/${name}`, "yaml", 0, text);
  return (await validate(document)).map(({ message, range }) => `${range.start.line + 1}: ${message}`);
}

interface Workflow {
  readonly permissions: Record<string, string>;
  readonly jobs: Record<
    string,
    { readonly permissions: Record<string, string>; readonly steps: { uses?: string; run?: string }[] }
  >;
}

describe.each(workflows)("$name", ({ name, text }) => {
  const workflow = parse(text) as Workflow;

  it("is a workflow that GitHub accepts", async () => {
    expect(await lint(name, text)).toEqual([]);
  });

  it("pins every action by commit and says which release that is", () => {
    const uses = text.split("\n").filter((line) => /\buses:/.test(line));
    expect(uses.length).toBeGreaterThan(0);
    for (const line of uses) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it("gives no permission to the workflow and to each job only what it names", () => {
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs)) expect(job.permissions).toEqual(expect.any(Object));
  });

  it("puts no expression into a shell, where a branch name could become a command", () => {
    for (const job of Object.values(workflow.jobs)) {
      for (const { run } of job.steps) expect(run ?? "").not.toContain("${{");
    }
  });
});

describe("the linter", () => {
  it("sees an unknown key and an unknown variable", async () => {
    const broken =
      "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    if: matrixx.a\n    step:\n      - run: echo\n";
    const messages = await lint("broken.yml", broken);
    expect(messages).toContainEqual(expect.stringMatching(/^6: Unexpected value 'step'/));
    expect(messages).toContainEqual(expect.stringMatching(/^5: Unrecognized named-value: 'matrixx'/));
  });
});
