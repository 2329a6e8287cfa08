/** Name of the stack output that holds the rollout's record. */
export const recordOutput = "rollout";

/** Name of the stack output that says which rule carries the weights. */
export const publicRuleOutput = "publicRuleArn";

/** Name of the stack output that says whose target group is whose. */
export const targetGroupsOutput = "targetGroupArns";

/** Name of the stack output that says which rule forwards the candidate's own host. */
export const candidateRuleOutput = "candidateRuleArn";

/** Name of the stack output that says which AWS account the stage is in. */
export const accountOutput = "accountId";

/** Name of the stack output that says in which Cloudflare zone the stage's hosts are: `{ name, id }`. */
export const zoneOutput = "dnsZone";
