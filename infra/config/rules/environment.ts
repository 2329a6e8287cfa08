import type { ConfigRule } from "./config-rule.ts";

/** The container is told the stage that it runs in: its seed data and its mail depend on it (guide S3, S4, P2). */
export const environment: ConfigRule = ({ api }, stage) =>
  api?.environment === undefined || api.environment === stage
    ? []
    : [
        {
          path: ["api", "environment"],
          rule: `the stage itself, ${stage}: seed data and debugging hang on it (guide S3, S4, P2)`,
          fix: { set: stage },
        },
      ];
