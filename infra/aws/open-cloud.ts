import { targetGroupArnSuffix } from "../../components/rollback/traffic-weight-metric.ts";
import { byColour } from "../../rollout/colour.ts";
import { loadBalancerDimension, type StageAddresses } from "../stage-addresses.ts";
import { clientOptions } from "./client-options.ts";
import type { CloudPort } from "./cloud.ts";
import { once } from "./once.ts";

/** AWS by its SDK. Each service's client is loaded when it is asked for the first time. */
export function openCloud(addresses: StageAddresses, now: () => Date): CloudPort {
  const { region, targetGroupArns, watchedAlarmNames } = addresses;
  const options = clientOptions(region);
  const balancer = once(async () => {
    const { ElasticLoadBalancingV2Client } = await import("@aws-sdk/client-elastic-load-balancing-v2");
    return new ElasticLoadBalancingV2Client(options);
  });
  const watch = once(async () => {
    const { CloudWatchClient } = await import("@aws-sdk/client-cloudwatch");
    return new CloudWatchClient(options);
  });
  const parameters = once(async () => {
    const { SSMClient } = await import("@aws-sdk/client-ssm");
    return new SSMClient(options);
  });
  const dimensions = {
    loadBalancer: loadBalancerDimension(addresses.loadBalancerArn),
    targetGroups: byColour((colour) => targetGroupArnSuffix(targetGroupArns[colour])),
  };
  return {
    async readSplit() {
      return (await import("./public-rule.ts")).readSplit(await balancer(), addresses);
    },
    async readTargets(colour) {
      return (await import("./targets.ts")).readTargets(await balancer(), targetGroupArns[colour]);
    },
    async readServices() {
      const [{ ECSClient }, { readServices }] = await Promise.all([
        import("@aws-sdk/client-ecs"),
        import("./services.ts"),
      ]);
      return readServices(new ECSClient(options), addresses.clusterArn, addresses.serviceNames);
    },
    async readAlarms(candidate) {
      const names = [...watchedAlarmNames[candidate], ...watchedAlarmNames.shared];
      return (await import("./alarms.ts")).readAlarms(await watch(), names);
    },
    async readLatch() {
      return (await import("./latch.ts")).readLatch(await parameters(), addresses.latchParameterName);
    },
    async writeLatch(latch) {
      await (await import("./latch.ts")).writeLatch(await parameters(), addresses.latchParameterName, latch);
    },
    async readRequests(live, window) {
      return (await import("./request-metrics.ts")).readRequests(await watch(), dimensions, live, window);
    },
    async readTraffic(live, hours) {
      return (await import("./traffic-metrics.ts")).readTraffic(await watch(), dimensions, live, hours, now());
    },
    async startCheck() {
      const [{ SFNClient }, { startCheck }] = await Promise.all([
        import("@aws-sdk/client-sfn"),
        import("./rollback-machine.ts"),
      ]);
      await startCheck(new SFNClient(options), addresses.rollbackStateMachineArn, now());
    },
  };
}
