import { visibly } from "../../rollout/plain-text.ts";
import { service } from "../../service.ts";

/** Name of the Pulumi project. Every key of ours in a stack file begins with it: `celebrant-portal:liveColour`. */
export const projectName: string = service.project;

/** Name of a stack's config file, where Pulumi looks for it. */
export function stackFileName(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** Where a value is in a stack file, from the top-level key inwards: `["rollout", "steps", 1, "bake"]`. */
export type KeyPath = readonly (string | number)[];

/** Keys that a path shows as they are. In Pulumi's property paths every other key is in brackets and quotes. */
const plainKey = /^[\w-]+$/;

/**
 * Writes a path as `npm run rollout -- set` and `pulumi config set --path` read it.
 *
 * @example formatKeyPath(["rollout", "steps", 1, "bake"]) === "rollout.steps[1].bake"
 */
export function formatKeyPath(path: KeyPath): string {
  return path
    .map((part, index) => {
      if (typeof part === "number") return `[${part}]`;
      if (!plainKey.test(part)) return `[${JSON.stringify(part)}]`;
      return index === 0 ? part : `.${part}`;
    })
    .join("");
}

/**
 * Reads what {@link formatKeyPath} writes.
 *
 * @throws {RangeError} when the text is not a path; the message shows the accepted form
 */
export function parseKeyPath(text: string): KeyPath {
  const parts = [...text.matchAll(/(?:^|(?<=.)\.)([\w-]+)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/gy)];
  const read = parts.reduce((length, [part]) => length + part.length, 0);
  if (parts.length === 0 || read !== text.length) {
    throw new RangeError(`"${text}" is not a config key. Write it like rollout.steps[1].bake.`);
  }
  return parts.map(([, key, position, quoted]) => {
    if (key !== undefined) return key;
    return position === undefined ? String(JSON.parse(quoted ?? '""')) : Number(position);
  });
}

/** Whether the one path is the other, or lies inside it. */
export function isWithin(inner: KeyPath, outer: KeyPath): boolean {
  return outer.length <= inner.length && outer.every((part, index) => part === inner[index]);
}

/** The key as a stack file has it, for a message: `celebrant-portal:database.multiAz`. Characters that nobody sees are written out. */
export function fileKey(path: KeyPath): string {
  return visibly(`${projectName}:${path.length === 1 ? path[0] : formatKeyPath(path)}`);
}

/** The key as `npm run rollout -- set` takes it. A provider's key stands for itself. */
export function commandKey(path: KeyPath): string {
  const [first] = path;
  return path.length === 1 && /^[\w-]+:[\w-]+$/.test(String(first)) ? String(first) : formatKeyPath(path);
}

/** Whether two paths lead to the same place. */
export function isSamePath(one: KeyPath, other: KeyPath): boolean {
  return one.length === other.length && isWithin(one, other);
}

/** Whether a value is a block of keys. */
export function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a path, `undefined` where there is none. */
export function valueAt(root: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((value, part) => {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    return (value as Readonly<Record<string | number, unknown>>)[part];
  }, root);
}
