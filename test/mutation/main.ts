import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { buildCommand } from "@stricli/core";
import { type ProgramContext, runProgram } from "../../cli/program.ts";
import { projectFolder } from "../support/stack-files.ts";
import { type MutatedPart, mutatedParts } from "./parts.ts";
import { type MutationScore, scoreOf, survivorLines } from "./score.ts";
import { readScores, renderScores, tooFew, writeScores } from "./score-table.ts";
import { prepareStryker, runStryker } from "./stryker.ts";

const document = new URL("../../docs/mutation-testing.md", import.meta.url);

interface MutateFlags {
  readonly reuse?: boolean;
  readonly quick?: boolean;
}

const mutate = buildCommand<MutateFlags, string[], ProgramContext>({
  docs: {
    brief:
      "Change the code of the rules and of the rollback's definition, one place at a time, and see whether a test notices. Whole parts go into the table of docs/mutation-testing.md. Installs Stryker at its first use.",
  },
  parameters: {
    positional: {
      kind: "array",
      parameter: {
        brief: `Parts, or files of them. Default: ${mutatedParts.map(({ name }) => name).join(", ")}.`,
        parse: String,
        placeholder: "part",
      },
    },
    flags: {
      quick: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief: "Leave out code that runs only while its file is loaded. Each of its mutants makes every test run.",
      },
      reuse: {
        kind: "boolean",
        optional: true,
        withNegated: false,
        brief:
          "Let earlier results stand where neither the code nor its tests changed. A changed helper of tests goes unseen.",
      },
    },
  },
  async func({ reuse = false, quick = false }, ...words) {
    const chosen = choose(words);
    const strykerFolder = await prepareStryker();
    const scores = new Map<string, MutationScore>();
    for (const { part, files } of chosen) {
      const onLine = (line: string) => console.error(line);
      const report = await runStryker({ part, files, reuse, quick, strykerFolder, onLine });
      const score = scoreOf(report);
      for (const line of survivorLines(report)) console.log(line);
      scores.set(files.length > 0 ? files.join(", ") : part.name, score);
      if (files.length === 0) record(part.name, score);
    }
    console.log(renderScores(scores).join("\n"));
    const problems = tooFew(scores);
    for (const problem of problems) console.error(`error: ${problem}`);
    this.process.exitCode = problems.length > 0 ? 1 : 0;
  },
});

interface Chosen {
  readonly part: MutatedPart;
  /** Files of the part; none for all of them. */
  readonly files: readonly string[];
}

/** What the words ask for: parts whole, and files by the part that they are in. */
function choose(words: readonly string[]): readonly Chosen[] {
  if (words.length === 0) return mutatedParts.map((part) => ({ part, files: [] }));
  return words.map((word) => {
    const path = word.replace(/^\.\/|\/$/g, "");
    const whole = mutatedParts.find(({ name }) => name === path);
    if (whole !== undefined) return { part: whole, files: [] };
    const part = existsSync(join(projectFolder, path))
      ? mutatedParts.find(({ files }) => matchesGlob(path, files))
      : undefined;
    if (part === undefined) {
      throw new Error(`You asked for ${word}. What is mutated: ${mutatedParts.map(({ name }) => name).join(", ")}.`);
    }
    return { part, files: [path] };
  });
}

/** Writes the row of a part, as soon as it is known; the others stay. */
function record(name: string, score: MutationScore): void {
  const text = readFileSync(document, "utf8");
  const known = readScores(text);
  const scores = new Map(mutatedParts.map((part) => [part.name, known.get(part.name)]));
  writeFileSync(document, writeScores(text, scores.set(name, score)));
}

process.exitCode = await runProgram({
  name: "npm run mutate --",
  root: mutate,
  words: process.argv.slice(2),
  terminal: process,
  context: (host) => ({ process: host }),
});
