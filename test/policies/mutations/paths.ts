/**
 * Paths into a planned resource's inputs: `healthCheck.enabled`, `ingress[0].cidrBlocks`, `parameters[rds.force_ssl].value`.
 * A bracket holds an index, the name of an entry (its `name`, `Sid`, `ruleName`, `id`, `key`), or a key with a dot in it. Text
 * that holds JSON, such as a policy document, is walked into and written back as text.
 */

type Container = Record<string, unknown> | unknown[];

const naming = ["name", "Sid", "ruleName", "id", "key"];

/** `a.b[c.d].e` as `a`, `b`, `[c.d]`, `e`. */
function segmentsOf(path: string): readonly string[] {
  return path.match(/\[[^\]]*\]|[^.[\]]+/g) ?? [];
}

/**
 * Calls `change` with the object or list that holds the end of a path, and with the end's key in it.
 *
 * @throws {Error} when a part of the path before its end does not exist
 */
export function changeAt(
  root: Container,
  path: string,
  change: (holder: Container, key: string | number) => void,
): void {
  walk(root, segmentsOf(path), path, change);
}

function walk(
  holder: Container,
  [segment = "", ...rest]: readonly string[],
  path: string,
  change: (holder: Container, key: string | number) => void,
): void {
  const key = keyIn(holder, segment, path);
  if (rest.length === 0) {
    change(holder, key);
    return;
  }
  const value: unknown = Reflect.get(holder, key);
  const isText = typeof value === "string";
  const next: unknown = isText ? JSON.parse(value) : value;
  if (typeof next !== "object" || next === null) throw new Error(`There is no ${segment} on the path ${path}.`);
  walk(next as Container, rest, path, change);
  if (isText) Reflect.set(holder, key, JSON.stringify(next));
}

function keyIn(holder: Container, segment: string, path: string): string | number {
  if (!segment.startsWith("[")) return segment;
  const wanted = segment.slice(1, -1);
  if (/^\d+$/.test(wanted)) return Number(wanted);
  if (!Array.isArray(holder)) return wanted;
  const index = holder.findIndex((entry) => naming.some((property) => Reflect.get(Object(entry), property) === wanted));
  if (index < 0) throw new Error(`No entry is named ${wanted} on the path ${path}.`);
  return index;
}
