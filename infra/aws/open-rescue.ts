import { clientOptions } from "./client-options.ts";
import { once } from "./once.ts";
import type { RescuePort } from "./rescue.ts";

/** Where a stage's rollback begins. */
export interface RescueRequest {
  readonly region: string;
  /** Common path and full names of the two parameters. */
  readonly names: { readonly path: string; readonly address: string; readonly latch: string };
}

/**
 * AWS by its SDK, for a rollback: the two clients that return traffic are loaded at once, while the first call is being
 * prepared, and nothing else is before it is needed.
 */
export function openRescue({ region, names }: RescueRequest): RescuePort {
  const options = clientOptions(region);
  const balancer = once(async () => {
    const [{ ElasticLoadBalancingV2Client }, calls] = await Promise.all([
      import("@aws-sdk/client-elastic-load-balancing-v2"),
      import("./public-rule.ts"),
    ]);
    return { client: new ElasticLoadBalancingV2Client(options), ...calls };
  });
  const parameters = once(async () => {
    const { SSMClient } = await import("@aws-sdk/client-ssm");
    return new SSMClient(options);
  });
  return {
    async find() {
      const [client, { findRollbackPlace }] = await Promise.all([
        parameters(),
        import("./rollback-address.ts"),
        balancer(),
      ]);
      return await findRollbackPlace(client, names);
    },
    async moveAllTraffic(address, to) {
      const { client, moveAllTraffic } = await balancer();
      return await moveAllTraffic(client, address, to);
    },
    async writeLatch(latch) {
      await (await import("./latch.ts")).writeLatch(await parameters(), names.latch, latch);
    },
    async readSplit(address) {
      const { client, readSplit } = await balancer();
      return await readSplit(client, address);
    },
    async readTargets(address, colour) {
      const { client } = await balancer();
      return (await import("./targets.ts")).readTargets(client, address.targetGroupArns[colour]);
    },
    async publish({ alertTopicArn }, subject, message) {
      const [{ SNSClient }, { publishNotice }] = await Promise.all([
        import("@aws-sdk/client-sns"),
        import("./notices.ts"),
      ]);
      await publishNotice(new SNSClient(options), alertTopicArn, subject, message);
    },
  };
}
