/** Name of the stack output that holds the rollout's record. */
export const recordOutput = "rollout";

/** Name of the stack output that says which rule carries the weights. */
export const publicRuleOutput = "publicRuleArn";

/** Name of the stack output that says whose target group is whose. */
export const targetGroupsOutput = "targetGroupArns";
