import { isCollection, isMap, isScalar, LineCounter, type Pair, parseDocument } from "yaml";
import { visibly } from "../../rollout/plain-text.ts";
import { type KeyPath, parseKeyPath, projectName } from "./config-keys.ts";
import type { NamedText } from "./parse-yaml.ts";

/**
 * A key in a message, as the rules and `npm run rollout -- set` write it: one with a part below a block, such as `images.green` or
 * `rollout.steps[1].bake`, or a name in two words, such as `candidateWeight`. Plain words of a sentence are none.
 */
const namedKey = /(?<![\w.:/-])(?:[a-z]\w*(?:\.[a-zA-Z][\w-]*|\[\d+\])+|[a-z]+[A-Z]\w*)/g;

/** Longer lines are cut. */
const longestLine = 100;

/**
 * The lines of a stack file whose keys are named in messages, as they stand there and in the file's order:
 * `Pulumi.production.yaml:12: celebrant-portal:candidateWeight: 25`. A key that the file does not have gives none.
 *
 * No secret is shown: of `applicationSecrets` and of an encrypted value the key alone.
 *
 * @param messages what a person reads of the config
 */
export function linesOfNamedKeys({ name, text }: NamedText, messages: readonly string[]): readonly string[] {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, logLevel: "silent" });
  const keys = new Set(messages.flatMap((message) => message.match(namedKey) ?? []));
  const config = isMap(document.contents) ? document.contents.get("config") : undefined;
  const lines = text.split(/\r?\n/);
  const lineOf = (key: string) => {
    const offset = offsetOf(config, parseKeyPath(key));
    return offset === undefined ? [] : [lineCounter.linePos(offset).line];
  };
  const secrets = [...keys].filter((key) => key.startsWith("applicationSecrets")).flatMap(lineOf);
  return [...new Set([...keys].flatMap(lineOf))]
    .toSorted((one, other) => one - other)
    .map((line) => `${name}:${line}: ${shownLine(lines[line - 1] ?? "", secrets.includes(line))}`);
}

/** Where the pair of a path begins in the text; of an entry of a list, where the entry begins. */
function offsetOf(config: unknown, [first, ...inner]: KeyPath): number | undefined {
  if (!isMap(config) || typeof first !== "string") return undefined;
  const spellings = [`${projectName}:${first}`, `${projectName}:config:${first}`, first];
  const pair = config.items.find(({ key }) => isScalar(key) && spellings.includes(String(key.value)));
  if (pair === undefined) return undefined;
  let offset = startOf(pair.key);
  let node: unknown = pair.value;
  for (const part of inner) {
    const below = partOf(node, part);
    if (below === undefined) return undefined;
    offset = startOf(below.start);
    node = below.value;
  }
  return offset;
}

/** A part of a block or of a list: the node that it begins with, and its value. */
function partOf(
  node: unknown,
  part: string | number,
): { readonly start: unknown; readonly value: unknown } | undefined {
  if (isMap(node)) {
    const pair: Pair | undefined = node.items.find(({ key }) => isScalar(key) && key.value === part);
    return pair === undefined ? undefined : { start: pair.key, value: pair.value };
  }
  const entry: unknown = isCollection(node) ? node.items[Number(part)] : undefined;
  return entry === undefined ? undefined : { start: entry, value: entry };
}

function startOf(node: unknown): number | undefined {
  const range = isScalar(node) || isCollection(node) ? node.range : undefined;
  return range?.[0];
}

function shownLine(line: string, isOfSecret: boolean): string {
  const trimmed = visibly(line.trim());
  const isSecret = isOfSecret || /\bsecure\b|applicationSecrets/.test(trimmed);
  const shown = isSecret ? `${/^[^\s:]+(?::[^\s:]+)?/.exec(trimmed)?.[0] ?? "the key"}: [secret]` : trimmed;
  return shown.length <= longestLine ? shown : `${shown.slice(0, longestLine)}…`;
}
