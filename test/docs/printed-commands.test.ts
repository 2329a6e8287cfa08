import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../cli/commands/index.ts";
import { projectFolder } from "../support/stack-files.ts";

/** Stands for a value that is not known before the program runs. */
const valueMark = "VALUE";

/** A text of the program that people read: a template or a string of the source, in one line. */
interface Message {
  readonly file: string;
  readonly text: string;
}

const messages = ["cli", "infra", "rollout", "components"].flatMap((folder) =>
  readdirSync(join(projectFolder, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    // What a stack file's mistakes are explained by has a test of its own.
    .filter((file) => !(folder === "infra" && file.startsWith("config")))
    .flatMap((file): Message[] => messagesIn(join(folder, file))),
);

/** Strings of a file, without its comments. A value that is put into one stands there as a word. */
function messagesIn(file: string): Message[] {
  const source = readFileSync(join(projectFolder, file), "utf8")
    .replaceAll(/^ *(?:\/\*\*?|\*|\/\/).*$/gm, "")
    .replaceAll(/ \/\/ .*$/gm, "");
  return [...source.matchAll(/`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g)].map(([text]) => ({
    file,
    text: text
      .slice(1, -1)
      .replaceAll(/\$\{[^{}]*[sS]tage\}/g, "<stage>")
      .replaceAll(/\$\{[^{}]*\}/g, valueMark),
  }));
}

/** A command line as far as a shell would take it: words, flags, and values in quotes. One behind it is a line of its own. */
const lineEnd = /[^\w\s=*:.,'"<>/-]|[.,;:](?=\s|$)| -- (?=npm )/;

function commandsIn(start: RegExp): readonly { readonly file: string; readonly line: string }[] {
  return messages.flatMap(({ file, text }) =>
    [...text.matchAll(start)].map(({ index }) => {
      const rest = text.slice(index);
      const end = lineEnd.exec(rest)?.index ?? rest.length;
      return { file, line: rest.slice(0, end) };
    }),
  );
}

const rolloutLines = commandsIn(/npm run (?:--silent )?rollout -- (?:[a-z]|VALUE)/g);
const pulumiLines = commandsIn(
  /(?:npx )?\bpulumi (?:up|preview|stack|cancel|login|whoami|refresh|destroy|import|state)\b/g,
);

describe("npm run rollout -- …", () => {
  it("is found in the messages", () => {
    expect(rolloutLines.length).toBeGreaterThan(30);
  });

  it.each(rolloutLines)("$line ($file)", ({ line }) => {
    const [, name = ""] = / -- ([a-z-]+)/.exec(line) ?? [];
    // A name that is put in is one of several commands, whose flags are checked where it is written out.
    if (!line.includes(` -- ${valueMark}`)) expect(Object.keys(commands)).toContain(name);
    expect(line).toMatch(/ --stage (?:<stage>|staging\b|production\b)/);
    const known = Object.keys(commands[name]?.parameters.flags ?? {});
    const flags = [
      ...line
        .slice(line.indexOf(" -- "))
        .replaceAll(/"[^"]*"/g, "")
        .matchAll(/ --([a-z][a-z-]+)/g),
    ].map(([, flag = ""]) => flag.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase()));
    if (name !== "") expect(flags.filter((flag) => !known.includes(flag))).toEqual([]);
  });
});

/** What is told of a run of Pulumi that was, and is not to be run: `pulumi up stopped, because ...`. */
const told =
  /^pulumi (?:up stopped|preview succeeded|stack output (?:failed|--json printed)|up (?:bound|in progress)|preview and|up and)/;

/** These know no stack. */
const withoutStack = /^npx pulumi (?:login|whoami|stack ls|stack init)/;

describe("pulumi …", () => {
  it("is found in the messages", () => {
    expect(pulumiLines.length).toBeGreaterThan(10);
  });

  it.each(pulumiLines.filter(({ line }) => !told.test(line)))("$line ($file)", ({ line }) => {
    expect(line).toMatch(/^npx pulumi /);
    if (!withoutStack.test(line)) expect(line).toMatch(/ --stack (?:<stage>|staging|production)/);
  });
});
