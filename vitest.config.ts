import { defineConfig } from "vitest/config";

export default defineConfig({
  // Vite warns of each source map that a dependency names and does not ship.
  logLevel: "error",
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/aws/report-moto-skips.ts",
    // Planning loads the provider SDKs once per worker; two workers are what the smallest supported machine has cores for.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The GitHub language service imports JSON without the attribute that Node asks for; Vite reads it.
    server: { deps: { inline: [/@actions\//] } },
  },
});
