import "./check-node.cjs";
import { defineConfig } from "vitest/config";
import { externalTests } from "./test/support/external-tests.ts";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "external", include: externalTests } },
      {
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: externalTests,
          setupFiles: ["test/support/refuse-processes.ts"],
        },
      },
    ],
    setupFiles: ["test/support/fence-cases.ts"],
    // Files share a process, in which the SDKs of Pulumi and AWS are loaded once. Each file leaves it as it was.
    isolate: false,
    // Node loads the code as it does for Pulumi and for the commands.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    // As many as the smallest supported machine has cores.
    maxWorkers: 2,
    // Only what hangs runs into a limit: a busy machine takes ten times as long as an idle one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    globalSetup: ["test/support/report-skips.ts", "test/support/own-temporary-folder.ts"],
  },
});
