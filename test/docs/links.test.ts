import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseKeyPath, projectName } from "../../infra/config/config-keys.ts";
import { schemaAt, stages } from "../../infra/config/schema/stage-config.ts";
import packageJson from "../../package.json" with { type: "json" };
import { readConfig } from "../infra/config/fixture-config.ts";
import { projectFolder } from "../support/stack-files.ts";
import {
  headingAnchors,
  isRelative,
  linkTargets,
  markdownFiles,
  projectUrl,
  readText,
  resolveTarget,
} from "./markdown.ts";

/** The first capture of every match. */
function captured(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, capture = ""]) => capture);
}

/** Scripts of the frontend's own package, which the stack files build it by. */
const frontendScripts = stages.map((stage) =>
  readConfig(stage, {}, projectFolder).frontend.buildCommand.replace("npm run ", ""),
);

it("reads every document", () => {
  expect(markdownFiles).toEqual(expect.arrayContaining(["README.md", "Pulumi.README.md", "docs/guide-map.md"]));
});

describe.each(markdownFiles)("%s", (file) => {
  const text = readText(file);

  it("links to files that exist", () => {
    const targets = linkTargets(text).filter(isRelative);
    const broken = targets.filter((target) => !existsSync(new URL(resolveTarget(file, target).path, projectUrl)));
    expect(broken).toEqual([]);
  });

  it("links to headings that exist", () => {
    const broken = linkTargets(text)
      .filter(isRelative)
      .filter((target) => {
        const { path, anchor } = resolveTarget(file, target);
        return anchor !== undefined && path.endsWith(".md") && !headingAnchors(readText(path)).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  it("names npm scripts that exist, here or as the frontend's", () => {
    const named = captured(text, /\bnpm run(?:\s+--?[a-z-]+)*\s+([a-z][\w:-]*)/g);
    const known = [...Object.keys(packageJson.scripts), ...frontendScripts];
    expect(named.filter((script) => !known.includes(script))).toEqual([]);
  });

  it("names config keys that exist", () => {
    const named = [
      ...captured(text, new RegExp(`\\b${projectName}:([A-Za-z][\\w.]*\\w)`, "g")),
      ...captured(text, /\bpulumi config (?:set|rm|get)\b[^\n]*?--path ['"]?([A-Za-z][\w.[\]]*)/g),
    ];
    expect(named.filter((key) => schemaAt(parseKeyPath(key)) === undefined)).toEqual([]);
  });
});
