import { createRequire, Module } from "node:module";

/**
 * The SDK's index loads three parts that a plan never calls: the Automation API, TypeScript for writing functions into
 * resources, and npm's dependency tree for packing them. They take a fifth of the time of a plan. This file, which must be
 * imported before the SDK is, puts an empty module in the place of each that is not loaded yet. Whoever calls into one is told
 * that it is no function; where the SDK gives a part another file, that file is loaded and the plan takes longer.
 */
const unusedParts = [
  "@pulumi/pulumi/automation/index.js",
  "@pulumi/pulumi/runtime/closure/serializeClosure.js",
  "@pulumi/pulumi/runtime/closure/codePaths.js",
];

const require = createRequire(import.meta.url);
for (const part of unusedParts) leaveOut(part);

function leaveOut(part: string): void {
  const path = pathOf(part);
  if (path === undefined || require.cache[path] !== undefined) return;
  const empty = new Module(path);
  empty.filename = path;
  empty.loaded = true;
  require.cache[path] = empty;
}

function pathOf(part: string): string | undefined {
  try {
    return require.resolve(part);
  } catch {
    return undefined;
  }
}
