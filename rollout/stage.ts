/** The two stages; each is one Pulumi stack of that name. */
export const stages = ["staging", "production"] as const;

/** `staging` or `production`. */
export type Stage = (typeof stages)[number];
