import type { Colour } from "../../../rollout/colour.ts";
import type { PlannedAccount } from "./planned-account.ts";

/** The real target group of a colour: its ARN, and how CloudWatch knows it and its load balancer. */
export interface ColourTargetGroup {
  readonly arn: string;
  /** `targetgroup/<name>/<id>`. */
  readonly suffix: string;
  /** `app/<name>/<id>`. */
  readonly loadBalancerSuffix: string;
}

/** @throws {Error} when nothing with a load balancer and this colour was deployed */
export function colourTargetGroup(account: PlannedAccount, colour: Colour): ColourTargetGroup {
  const group = account.resources.find(
    ({ type, name }) => type === "aws:lb/targetGroup:TargetGroup" && name.endsWith(`-${colour}`),
  );
  const balancer = account.resources.find(({ type }) => type === "aws:lb/loadBalancer:LoadBalancer");
  if (group === undefined || balancer === undefined) {
    throw new Error(`The account has no target group of ${colour}. Deploy a plan first.`);
  }
  const { arn, arnSuffix } = account.translate(group.outputs);
  return {
    arn: String(arn),
    suffix: String(arnSuffix),
    loadBalancerSuffix: String(account.translate(balancer.outputs)["arnSuffix"]),
  };
}
