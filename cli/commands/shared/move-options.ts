import type { ArgsDef } from "citty";

/** The options of a command that takes a move. */
export const moveOptions = {
  reason: {
    type: "string",
    description:
      "A written reason that lets the move skip its bake, its order or missing data. It is kept in the history and serves once.",
  },
  "dry-run": { type: "boolean", description: "Ask the gate and preview; change nothing." },
  commit: {
    type: "boolean",
    description: "Ask the gate, edit the stack file and commit it, for a pull request; deploy nothing.",
  },
} as const satisfies ArgsDef;
