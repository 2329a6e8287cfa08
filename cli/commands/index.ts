import type { Commands } from "./shared/rollout-command.ts";

/** All commands by name, in the order in which help lists them. */
export const commands: Commands = {
  status: async () => (await import("./status.ts")).status,
  check: async () => (await import("./check.ts")).check,
  forecast: async () => (await import("./forecast.ts")).forecast,
  advance: async () => (await import("./advance.ts")).advance,
  rollback: async () => (await import("./rollback.ts")).rollback,
  resume: async () => (await import("./resume.ts")).resume,
  promote: async () => (await import("./promote.ts")).promote,
  retire: async () => (await import("./retire.ts")).retire,
  task: async () => (await import("./task.ts")).task,
  history: async () => (await import("./history.ts")).history,
};
