import type { SFNClient } from "@aws-sdk/client-sfn";
import { byColour, type Colour } from "../../rollout/colour.ts";
import type { DataEvidence } from "../../rollout/data-evidence.ts";
import type { ReleasedFrontend } from "../../rollout/frontend/released-frontend.ts";
import type { Compared, ResponseTimes } from "../../rollout/gate/gate-input.ts";
import type { AlarmsSeen, TargetCounts } from "../../rollout/gate/stage-sight.ts";
import type { Latch } from "../../rollout/latch.ts";
import type { ClosedWindow, HourOfTraffic, WatchedTraffic } from "../../rollout/measurements.ts";
import type { NotedContract } from "../../rollout/noted-contracts.ts";
import type { PublicPath } from "../../rollout/public-path.ts";
import { checkInput, targetGroupArnSuffix } from "../../rollout/rollback-machine.ts";
import type { Split } from "../../rollout/split.ts";
import type { ServiceState } from "../../rollout/standing-problems.ts";
import type { Verification } from "../../rollout/verification.ts";
import type { StageAddresses } from "../stack-outputs.ts";
import { clientOptions, explained, once } from "./client.ts";
import type { RegistryImages } from "./images.ts";
import type { ReleaseFindings } from "./latch-and-address.ts";
import type { OutgoingMail } from "./mail.ts";
import type { CountedRequests } from "./metrics.ts";
import type { Notice } from "./notices.ts";
import type { StepFigures } from "./response-times.ts";

/**
 * What the commands ask of AWS, for one stage. Each function is one API call, so that what a command costs can be read
 * off its code; pages and retries aside.
 *
 * Every function throws an `Error` whose message says what was asked, what AWS answered and what to do.
 */
export interface StageAws {
  /** Per cent of public traffic by colour, as the public rule has it now. */
  readSplit(): Promise<Split>;
  readTargets(colour: Colour): Promise<TargetCounts>;
  /**
   * How many seconds this machine's clock is ahead of AWS's, to the minute, by the dates of what AWS has answered; negative where
   * it is behind. It asks nothing itself.
   */
  readClockAhead(): Promise<number>;
  /** What each colour's service runs; null for a colour without a service. */
  readServices(): Promise<Readonly<Record<Colour, ServiceState | null>>>;
  /** How requests of the public host come to the public rule. */
  readPublicPath(): Promise<PublicPath>;
  /** The state of every alarm that a gate judges for this candidate, by name. */
  readAlarms(candidate: Colour): Promise<AlarmsSeen>;
  readLatch(): Promise<Latch>;
  writeLatch(latch: Latch): Promise<void>;
  /** Leaves a verdict about the release in a colour where the program reads it. */
  writeVerification(colour: Colour, verification: Verification): Promise<void>;
  /** What `verify`, `integrity` and migrations have left about the releases in both colours. */
  readReleaseFindings(): Promise<ReleaseFindings>;
  /** What is known of the data before and after the migration of the image in a colour. */
  readDataEvidence(colour: Colour): Promise<DataEvidence | undefined>;
  /** Leaves that where the program reads it. */
  writeDataEvidence(colour: Colour, evidence: DataEvidence): Promise<void>;
  /** The `contract` migrations that `task` has noted; undefined where this version cannot read what is there. */
  readNotedContracts(): Promise<readonly NotedContract[] | undefined>;
  writeNotedContracts(migrations: readonly NotedContract[]): Promise<void>;
  /** Which frontend went out with which release; undefined where none ever did. */
  readReleasedFrontend(): Promise<ReleasedFrontend | undefined>;
  writeReleasedFrontend(released: ReleasedFrontend): Promise<void>;
  /** What both colours were asked and answered in the steps of a release. */
  readRequests(live: Colour, watched: WatchedTraffic): Promise<CountedRequests>;
  /** How long both colours took to answer within a window. */
  readResponseTimes(live: Colour, window: ClosedWindow): Promise<Compared<ResponseTimes>>;
  /** The same of a step, and what database and tasks had to bear while it stood. */
  readStepFigures(live: Colour, window: ClosedWindow): Promise<StepFigures>;
  /** The last whole hours, oldest first; hours without a request are among them. */
  readTraffic(live: Colour, hours: number): Promise<readonly HourOfTraffic[]>;
  /** What the stage's registry holds. */
  readImages(): Promise<RegistryImages>;
  /** Tells everyone who is told of alarms. */
  publish(notice: Notice): Promise<void>;
  /** Sends a mail as the stage. @returns the id that SES gave it */
  sendMail(mail: OutgoingMail): Promise<string>;
  /** Has the rollback's machine check the candidate now, instead of within a minute. */
  startCheck(): Promise<void>;
}

const unknownRegistry =
  "The outputs of the stack lack imageRepositoryUrl: it was last updated by another version of this program. Run npx pulumi up --stack <stage> with the config that is deployed, which writes it.";

/** AWS by its SDK. Each service's client is loaded when it is asked for the first time. */
export function openAws(addresses: StageAddresses, now: () => Date): StageAws {
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
    metricNamespace: addresses.metricNamespace,
  };
  return {
    async readSplit() {
      return (await import("./public-rule.ts")).readSplit(await balancer(), addresses);
    },
    async readTargets(colour) {
      return (await import("./public-rule.ts")).readTargets(await balancer(), targetGroupArns[colour]);
    },
    async readClockAhead() {
      // The SDK corrects its signatures by them.
      return 0 - Math.round((await balancer()).config.systemClockOffset / 60_000) * 60;
    },
    async readServices() {
      const [{ ECSClient }, { readServices }] = await Promise.all([
        import("@aws-sdk/client-ecs"),
        import("./tasks-and-services.ts"),
      ]);
      return readServices(new ECSClient(options), addresses.clusterArn, addresses.serviceNames);
    },
    async readPublicPath() {
      const host = new URL(addresses.endpoints.api).hostname;
      const { publicRuleArn } = addresses;
      return (await import("./public-path.ts")).readPublicPath(await balancer(), { publicRuleArn, host });
    },
    async readAlarms(candidate) {
      const names = [...watchedAlarmNames[candidate], ...watchedAlarmNames.shared];
      const limits = Object.entries(addresses.limitAlarmNames ?? {});
      const asked = [...names, ...limits.map(([, name]) => name)];
      const states = await (await import("./alarm-states.ts")).readAlarms(await watch(), asked);
      return {
        alarms: Object.fromEntries(names.map((name) => [name, states[name] ?? "MISSING"])),
        limitAlarms: Object.fromEntries(
          limits.map(([weight, name]) => [weight, { name, state: states[name] ?? "MISSING" }]),
        ),
      };
    },
    async readLatch() {
      return (await import("./latch-and-address.ts")).readLatch(await parameters(), addresses.latchParameterName);
    },
    async writeLatch(latch) {
      await (await import("./latch-and-address.ts")).writeLatch(
        await parameters(),
        addresses.latchParameterName,
        latch,
      );
    },
    async writeVerification(colour, verification) {
      const { writeVerification } = await import("./latch-and-address.ts");
      await writeVerification(await parameters(), addresses.latchParameterName, colour, verification);
    },
    async readReleaseFindings() {
      return (await import("./latch-and-address.ts")).readReleaseFindings(
        await parameters(),
        addresses.latchParameterName,
      );
    },
    async readDataEvidence(colour) {
      const { readDataEvidence } = await import("./latch-and-address.ts");
      return await readDataEvidence(await parameters(), addresses.latchParameterName, colour);
    },
    async writeDataEvidence(colour, evidence) {
      const { writeDataEvidence } = await import("./latch-and-address.ts");
      await writeDataEvidence(await parameters(), addresses.latchParameterName, colour, evidence);
    },
    async readNotedContracts() {
      const { readNotedContracts } = await import("./latch-and-address.ts");
      return await readNotedContracts(await parameters(), addresses.latchParameterName);
    },
    async writeNotedContracts(migrations) {
      const { writeNotedContracts } = await import("./latch-and-address.ts");
      await writeNotedContracts(await parameters(), addresses.latchParameterName, migrations);
    },
    async readReleasedFrontend() {
      const { readReleasedFrontend } = await import("./latch-and-address.ts");
      return await readReleasedFrontend(await parameters(), addresses.latchParameterName);
    },
    async writeReleasedFrontend(released) {
      const { writeReleasedFrontend } = await import("./latch-and-address.ts");
      await writeReleasedFrontend(await parameters(), addresses.latchParameterName, released);
    },
    async readRequests(live, watched) {
      return (await import("./metrics.ts")).readRequests(await watch(), dimensions, live, watched);
    },
    async readResponseTimes(live, window) {
      return (await import("./response-times.ts")).readResponseTimes(await watch(), dimensions, live, window);
    },
    async readStepFigures(live, window) {
      const all = { ...dimensions, ...addresses };
      return (await import("./response-times.ts")).readStepFigures(await watch(), all, live, window);
    },
    async readTraffic(live, hours) {
      return (await import("./metrics.ts")).readTraffic(await watch(), dimensions, live, hours, now());
    },
    async readImages() {
      const [{ ECRClient }, { readImages, repositoryNameOf }] = await Promise.all([
        import("@aws-sdk/client-ecr"),
        import("./images.ts"),
      ]);
      if (addresses.imageRepositoryUrl === undefined) throw new Error(unknownRegistry);
      return readImages(new ECRClient(options), repositoryNameOf(addresses.imageRepositoryUrl));
    },
    async publish(notice) {
      const [{ SNSClient }, { publishNotice }] = await Promise.all([
        import("@aws-sdk/client-sns"),
        import("./notices.ts"),
      ]);
      await publishNotice(new SNSClient(options), addresses.alertTopicArn, notice);
    },
    async sendMail(mail) {
      const [{ SESv2Client }, { sendMail }] = await Promise.all([import("@aws-sdk/client-sesv2"), import("./mail.ts")]);
      return await sendMail(new SESv2Client(options), mail);
    },
    async startCheck() {
      const { SFNClient } = await import("@aws-sdk/client-sfn");
      await startCheck(new SFNClient(options), addresses.rollbackStateMachineArn, now());
    },
  };
}

/**
 * Has the machine look at the candidate's alarm and the latch now, as the schedule does each minute. An alarm that was
 * firing before a step sends no event of its own.
 */
export async function startCheck(client: SFNClient, stateMachineArn: string, now: Date): Promise<void> {
  const { StartExecutionCommand } = await import("@aws-sdk/client-sfn");
  await explained("the rollback's check could not be started", () =>
    client.send(
      new StartExecutionCommand({
        stateMachineArn,
        name: `cli-${now.getTime()}`,
        input: JSON.stringify(checkInput),
      }),
    ),
  );
}

/** The part of an ARN that CloudWatch knows a load balancer by: `app/<name>/<id>`. */
export function loadBalancerDimension(loadBalancerArn: string): string {
  return loadBalancerArn.split(":loadbalancer/")[1] ?? loadBalancerArn;
}
