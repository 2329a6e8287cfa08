/**
 * What a written reason can let through, each thing by its name:
 * - `bake`: the next step, or the promote, before the bake is over
 * - `order`: a step that leaves another one out
 * - `data`: a step or a promote without the requests that the gate waits for
 * - `schedule`: a laxer schedule while the candidate has traffic
 * - `warm`: another image, or none, for the old colour within the rollback window
 * - `grace`: the end of a signing key's grace before everybody's log-in is over
 *
 * A dotted key, such as `api.memoryMib`: this one setting, changed while the candidate has traffic.
 */
export const allowances = ["bake", "order", "data", "schedule", "warm", "grace"] as const;

/** The key of a setting below a block of the config: `api.memoryMib`. */
export type SettingKey = `${string}.${string}`;

export type Allowance = (typeof allowances)[number] | SettingKey;

/** What a reason allows that does not say what it allows: what a step can be refused for. */
export const allowedByDefault: readonly Allowance[] = ["bake", "order", "data"];

/** A person's written reason. It lets one move through, and never more than it names. */
export interface Override {
  readonly reason: string;
  readonly allows: readonly Allowance[];
}

/** How a refusal says which reason would let the move through: the end of a sentence that begins with "or". */
export function reasonFor(allowance: Allowance): string {
  const named = allowedByDefault.includes(allowance) ? "" : `, and rolloutOverrideAllows to ${allowance}`;
  return `set rolloutOverride to a reason${named}`;
}
