import { describe, expect, it } from "vitest";
import { commands } from "../../cli/commands/index.ts";
import { stages } from "../../infra/config/schema/stage-config.ts";
import { markdownFiles, readText } from "./markdown.ts";

/** Every `npm run rollout -- <command> <words>` of a text, as far as its line or its code goes, and one behind it. */
function commandLines(text: string): readonly { readonly line: string; readonly command: string }[] {
  return [...text.matchAll(/npm run (?:--silent )?rollout -- ([a-z-]+)(?:(?! -- npm )[^`\n|#])*/g)].map(
    ([line, command = ""]) => ({
      line: line.trim(),
      command,
    }),
  );
}

const files = markdownFiles.filter((file) => commandLines(readText(file)).length > 0);

it("finds the documents that people copy commands from", () => {
  expect(files).toEqual(expect.arrayContaining(["README.md", "docs/runbook.md"]));
});

describe.each(files)("%s", (file) => {
  it.each(commandLines(readText(file)))("$line", ({ line, command }) => {
    const options = Object.keys(commands[command]?.parameters.flags ?? {});
    const written = [...line.replaceAll(/"[^"]*"/g, "").matchAll(/ --([a-z][a-z-]*)(?: ([a-z]+))?/g)].map(
      ([, name = "", value]) => [name.replace(/-./g, (letter) => letter.slice(1).toUpperCase()), value] as const,
    );
    expect(written.filter(([name]) => !options.includes(name))).toEqual([]);
    const stage = written.find(([name]) => name === "stage")?.[1];
    if (stage !== undefined) expect(stages).toContain(stage);
  });
});
