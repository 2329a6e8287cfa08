import { defineConfig } from "vitest/config";
import { mutatedParts, partVariable } from "./parts.ts";

/** The tests of the part that is mutated. Stryker starts Vitest itself, so the part comes by the environment. */
const name = process.env[partVariable];
const part = mutatedParts.find((one) => one.name === name);
if (part === undefined) throw new Error(`${partVariable} names no part: ${name}`);

export default defineConfig({
  test: {
    include: [...part.tests],
    exclude: [...(part.slowTests ?? [])],
    // As in vitest.config.ts at the root: one process, and Node loads the code itself.
    isolate: false,
    experimental: { viteModuleRunner: false, nodeLoader: false },
    maxWorkers: 1,
    testTimeout: 300_000,
  },
});
