import { bucketLogging, loadBalancer } from "../kinds.ts";
import { known, refersTo } from "../links.ts";
import type { Member, Stack } from "../stack-rule.ts";

/** Whether a bucket receives access logs, of the load balancer or of other buckets. */
export function receivesAccessLogs({ all }: Stack, owner: Member<object>): boolean {
  const name = known(() => owner.props.id);
  return (
    all(bucketLogging).some((logging) => refersTo(logging, "targetBucket", owner)) ||
    all(loadBalancer).some(
      (balancer) =>
        refersTo(balancer, "accessLogs", owner) ||
        (name !== undefined && known(() => balancer.props.accessLogs?.bucket) === name),
    )
  );
}
