import { isWithin, type KeyPath, parseKeyPath, projectName } from "./config-keys.ts";
import { encryptedWithin, withStandIns } from "./secrets.ts";
import { asText, type StackSettings } from "./stack-file.ts";

/**
 * Replaces single values of a stack file. A new value counts as encrypted where it is given as the file would have it,
 * `{ secure: <ciphertext> }`, and as plain text otherwise.
 *
 * @param set new values by path, as for {@link applySettings}
 * @throws {RangeError} as {@link applySettings}
 */
export function editSettings(file: StackSettings, set: Readonly<Record<string, unknown>>): StackSettings {
  return Object.entries(set).reduce(editOne, file);
}

function editOne({ values, encryptedPaths }: StackSettings, [key, value]: readonly [string, unknown]): StackSettings {
  const edited = filePath(key);
  const kept = encryptedPaths.filter((path) => !isWithin(path, edited));
  const added = encryptedWithin(value).map((inner) => [...edited, ...inner]);
  return { values: applyOne(values, key, withStandIns(value)), encryptedPaths: [...kept, ...added] };
}

/**
 * Replaces single values of a stack's config, as an edit of its file would.
 *
 * @param values every value as text by its full key
 * @param set new values by path: `candidateWeight`, `images.green`, `rollout.freezeWindows`, `rollout.steps[0].bake`. A
 * value of `undefined` removes the key. A path with a colon is a full key of any namespace, such as `aws:region`.
 * @throws {RangeError} when a key is not a path, or leads through a value that is not a block
 */
export function applySettings(
  values: Readonly<Record<string, string>>,
  set: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  return Object.entries(set).reduce((current, [key, value]) => applyOne(current, key, value), values);
}

function applyOne(values: Readonly<Record<string, string>>, key: string, value: unknown) {
  const [first, ...inner] = filePath(key);
  const full = String(first);
  const { [full]: before, ...others } = values;
  const after = inner.length === 0 ? value : replaced(block(before, key, inner), inner, value, key);
  return after === undefined ? others : { ...values, [full]: asText(after) };
}

/** The path of a setting in the file, whose first part is a full key. */
function filePath(key: string): KeyPath {
  if (key.includes(":")) return [key];
  const [first, ...inner] = parseKeyPath(key);
  return [`${projectName}:${first}`, ...inner];
}

function block(text: string | undefined, key: string, inner: KeyPath): unknown {
  if (text === undefined) return emptyFor(inner);
  try {
    return JSON.parse(text);
  } catch {
    throw notInside(key);
  }
}

/** What is created where nothing was: a list where the path goes on with an entry's number, otherwise a block. */
function emptyFor(inner: KeyPath): unknown {
  return typeof inner[0] === "number" ? [] : {};
}

/** A copy of a block with the value at a path replaced. Missing blocks on the way are created. */
function replaced(inside: unknown, path: KeyPath, value: unknown, key: string): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (typeof part === "number") {
    if (!Array.isArray(inside) || part > inside.length) throw notInside(key);
    const entry = replaced(inside[part] ?? emptyFor(rest), rest, value, key);
    return entry === undefined ? inside.toSpliced(part, 1) : inside.toSpliced(part, 1, entry);
  }
  if (typeof inside !== "object" || inside === null || Array.isArray(inside)) throw notInside(key);
  const { [part]: before, ...others } = inside as Readonly<Record<string, unknown>>;
  const inner = replaced(before ?? (rest.length > 0 ? emptyFor(rest) : undefined), rest, value, key);
  return inner === undefined ? others : { ...inside, [part]: inner };
}

function notInside(key: string): RangeError {
  return new RangeError(
    `"${key}" cannot be set: it leads through a value that is not a block, or not a list with that entry.`,
  );
}
