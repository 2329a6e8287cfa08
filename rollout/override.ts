/**
 * What a written reason can let through, each thing by its name:
 * - `bake`: the next step, or the promote, before the bake is over
 * - `order`: a step that leaves another one out
 * - `data`: a step or a promote without the requests that the gate waits for
 * - `schedule`: a laxer schedule while the candidate has traffic, or in the edit of the first step
 * - `warm`: another image, or none, for the old colour within the rollback window
 * - `returned`: the first step of a release that a return took off the public path
 * - `verify`: the first step of public traffic without a verdict pass of `verify` about the release
 * - `staging`: the first step of public traffic in production of an image that did not run in staging
 * - `integrity`: the first step of public traffic of a release that brought a migration, without the checks of the data
 * - `grace`: the end of a signing key's grace before everybody's log-in is over
 * - `replace-network` and the like: that one update may delete or replace this part, which Pulumi otherwise protects
 *
 * A dotted key, such as `api.memoryMib`: this one setting, changed while the candidate has traffic or in the edit of a rise.
 */
export const allowances = [
  "bake",
  "order",
  "data",
  "schedule",
  "warm",
  "returned",
  "verify",
  "staging",
  "integrity",
  "grace",
  "replace-database",
  "replace-balancer",
  "replace-targets",
  "replace-network",
] as const;

/** Parts that Pulumi protects from being deleted or replaced where they must not be lost. */
export const protectedParts = ["database", "balancer", "targets", "network"] as const;

export type ProtectedPart = (typeof protectedParts)[number];

/** A part in words that follow "the". */
export const partNames: Readonly<Record<ProtectedPart, string>> = {
  database: "database",
  balancer: "load balancer",
  targets: "target groups",
  network: "network",
};

/** The parts whose protection is lifted by what a reason allows. */
export function liftedParts(allows: readonly string[]): readonly ProtectedPart[] {
  return protectedParts.filter((part) => allows.includes(`replace-${part}`));
}

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
