import { byColour, type Colour } from "../../rollout/colour.ts";
import type { ReleasedFrontend } from "../../rollout/frontend/released-frontend.ts";
import type { WatchedAlarmState } from "../../rollout/gate/gate-input.ts";
import type { TargetCounts } from "../../rollout/gate/stage-sight.ts";
import type { Latch } from "../../rollout/latch.ts";
import type { HourOfTraffic } from "../../rollout/measurements.ts";
import type { PublicPath } from "../../rollout/public-path.ts";
import type { RollbackAddress } from "../../rollout/rollback-address.ts";
import { targetGroupArnSuffix } from "../../rollout/rollback-machine.ts";
import type { Split } from "../../rollout/split.ts";
import { clientOptions, once } from "./client.ts";
import type { RollbackPlace } from "./latch-and-address.ts";

/**
 * What a rollback asks of AWS: without Pulumi, and each function one API call.
 *
 * Every function throws an `Error` whose message says what was asked, what AWS answered and what to do.
 */
export interface RescueAws {
  find(): Promise<FoundPlace>;
  /** Gives one colour all public traffic. @returns the split that AWS answers with */
  moveAllTraffic(address: RollbackAddress, to: Colour): Promise<Split>;
  writeLatch(latch: Latch): Promise<void>;
  /** Leaves which frontend is out with a release. */
  writeReleasedFrontend(released: ReleasedFrontend): Promise<void>;
  /** Per cent of public traffic by colour, as the public rule has it now. */
  readSplit(address: RollbackAddress): Promise<Split>;
  /** How requests of the public host come to the public rule. */
  readPublicPath(address: RollbackAddress): Promise<PublicPath>;
  readTargets(address: RollbackAddress, colour: Colour): Promise<TargetCounts>;
  /** The last whole hours of public traffic, oldest first, with this colour as the one whose tasks have carried it. */
  readTraffic(
    address: RollbackAddress,
    colour: Colour,
    lookback: { readonly hours: number; readonly now: Date },
  ): Promise<readonly HourOfTraffic[]>;
  /** The state of these alarms by name. */
  readAlarms(names: readonly string[]): Promise<Readonly<Record<string, WatchedAlarmState>>>;
  /** Tells everyone who is told of alarms. */
  publish(address: RollbackAddress, subject: string, message: string): Promise<void>;
}

/** A rollback's place, and the zone that people read its times in. */
export type FoundPlace = RollbackPlace & { readonly timeZone: string };

/** Where a stage's rollback begins. */
export interface RescueRequest {
  readonly region: string;
  /** The zone that people read times in, by its IANA name. */
  readonly timeZone: string;
  /** Common path and full names of the two parameters. */
  readonly names: { readonly path: string; readonly address: string; readonly latch: string };
}

/**
 * AWS by its SDK, for a rollback: the two clients that return traffic are loaded at once, while the first call is being
 * prepared, and nothing else is before it is needed.
 */
export function openRescue({ region, timeZone, names }: RescueRequest): RescueAws {
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
        import("./latch-and-address.ts"),
        balancer(),
      ]);
      return { ...(await findRollbackPlace(client, names)), timeZone };
    },
    async moveAllTraffic(address, to) {
      const { client, moveAllTraffic } = await balancer();
      return await moveAllTraffic(client, address, to);
    },
    async writeLatch(latch) {
      await (await import("./latch-and-address.ts")).writeLatch(await parameters(), names.latch, latch);
    },
    async writeReleasedFrontend(released) {
      const { writeReleasedFrontend } = await import("./latch-and-address.ts");
      await writeReleasedFrontend(await parameters(), names.latch, released);
    },
    async readSplit(address) {
      const { client, readSplit } = await balancer();
      return await readSplit(client, address);
    },
    async readPublicPath({ publicRuleArn }) {
      const [{ client }, { readPublicPath }] = await Promise.all([balancer(), import("./public-path.ts")]);
      return await readPublicPath(client, { publicRuleArn });
    },
    async readTargets(address, colour) {
      const { client, readTargets } = await balancer();
      return await readTargets(client, address.targetGroupArns[colour]);
    },
    async readTraffic({ publicRuleArn, targetGroupArns }, colour, { hours, now }) {
      const [{ CloudWatchClient }, { readTraffic }] = await Promise.all([
        import("@aws-sdk/client-cloudwatch"),
        import("./metrics.ts"),
      ]);
      const dimensions = {
        loadBalancer: loadBalancerOfRule(publicRuleArn),
        targetGroups: byColour((one) => targetGroupArnSuffix(targetGroupArns[one])),
      };
      return await readTraffic(new CloudWatchClient(options), dimensions, colour, hours, now);
    },
    async readAlarms(names) {
      const [{ CloudWatchClient }, { readAlarms }] = await Promise.all([
        import("@aws-sdk/client-cloudwatch"),
        import("./alarm-states.ts"),
      ]);
      return await readAlarms(new CloudWatchClient(options), names);
    },
    async publish({ alertTopicArn }, subject, message) {
      const [{ SNSClient }, { publishNotice }] = await Promise.all([
        import("@aws-sdk/client-sns"),
        import("./notices.ts"),
      ]);
      await publishNotice(new SNSClient(options), alertTopicArn, { subject, message });
    },
  };
}

/** The load balancer as CloudWatch knows it, by a rule of it: `…:listener-rule/app/<name>/<id>/<listener>/<rule>`. */
function loadBalancerOfRule(ruleArn: string): string {
  const [, name = ruleArn] = /:listener-rule\/((?:[^/]+\/){2}[^/]+)\//.exec(ruleArn) ?? [];
  return name;
}
