import { readDatabase } from "../../infra/aws/database.ts";
import { readSubscriptions } from "../../infra/aws/subscriptions.ts";
import { parseStageAddresses, type RecordedOutputs } from "../../infra/stack-outputs.ts";
import { parseRecord } from "../../rollout/record.ts";
import { formatSplit, isSameSplit, weightsByColour } from "../../rollout/split.ts";
import { fail, notChecked, pass } from "../found.ts";
import { messageOf } from "../outcome.ts";
import type { RolloutWorld } from "../world.ts";
import { check, type Finding } from "./finding.ts";
import { checkImages, imageChecks } from "./image-checks.ts";
import { configAtHand } from "./local-checks.ts";

/** The names of what is checked of a stage that was deployed. */
const names = [
  "traffic",
  "rollback latch",
  "healthy tasks",
  ...imageChecks,
  "who is told of alarms",
  "database settings in force",
] as const;

/** Checks a stage as it stands in AWS. Where no update has finished, nothing of it is checked, and that is said. */
export async function checkStage(
  world: RolloutWorld,
): Promise<{ readonly isDeployed: boolean; readonly findings: readonly Finding[] }> {
  const outputs = await world.pulumi.outputs().catch((error: unknown) => messageOf(error));
  if (typeof outputs === "string") return { isDeployed: false, findings: allNotChecked(outputs) };
  const record = parseRecord(outputs.rollout);
  if (record === null) return { isDeployed: false, findings: allNotChecked("no update has finished yet") };
  return { isDeployed: true, findings: await checkDeployed(world, outputs, record) };
}

function allNotChecked(why: string): readonly Finding[] {
  return names.map((what) => ({ what, ...notChecked(why) }));
}

async function checkDeployed(
  world: RolloutWorld,
  outputs: RecordedOutputs,
  record: NonNullable<ReturnType<typeof parseRecord>>,
): Promise<readonly Finding[]> {
  const { stage } = world;
  const addresses = parseStageAddresses(stage, outputs);
  const aws = world.openAws(addresses);
  const [traffic, latch, tasks, , , told, inForce] = names;
  const images = checkImages({
    world,
    record,
    addresses,
    readImages: () => aws.readImages(),
    accepted: configAtHand(world)?.acceptedFindings,
  });
  const others = await Promise.all([
    check(traffic, async () => {
      const split = await aws.readSplit();
      const recorded = weightsByColour(record.liveColour, record.weightPercent);
      return isSameSplit(split, recorded)
        ? pass(`AWS gives ${formatSplit(split)}, as recorded`)
        : fail(
            `AWS gives ${formatSplit(split)}, and the record says ${formatSplit(recorded)}`,
            `Run npm run rollout -- status --stage ${stage}, which says what to do.`,
          );
    }),
    check(latch, async () => {
      const standing = await aws.readLatch();
      return standing.state === "clear"
        ? pass("clear")
        : fail(
            `set: ${"reason" in standing ? standing.reason : "no reason"}`,
            `When the cause is found: npm run rollout -- resume --stage ${stage}.`,
          );
    }),
    check(tasks, async () => {
      const { healthy, notHealthy } = await aws.readTargets(record.liveColour);
      const found = `${record.liveColour}, which is live, has ${healthy} healthy and ${notHealthy} others`;
      return healthy > 0 ? pass(found) : fail(found, "Look at the service's events and logs: docs/runbook.md.");
    }),
    check(told, async () => {
      const subscriptions = await readSubscriptions(addresses.region, addresses.alertTopicArn);
      if (subscriptions.length === 0)
        return fail("nobody is subscribed", "Name somebody under alerts in the stack file.");
      const waiting = subscriptions.filter(({ isConfirmed }) => !isConfirmed).map(({ endpoint }) => endpoint);
      return waiting.length === 0
        ? pass(subscriptions.map(({ endpoint }) => endpoint).join(", "))
        : fail(`not confirmed yet: ${waiting.join(", ")}`, "Open the mail from AWS Notifications, and confirm.");
    }),
    check(inForce, async () => {
      const identifier = String(outputs.databaseInstanceIdentifier);
      const { allocatedStorageGib, isRestartPending } = await readDatabase(addresses.region, identifier);
      return isRestartPending
        ? fail(
            `${identifier} runs with its old parameters until it restarts`,
            `Restart it when few people work: aws rds reboot-db-instance --db-instance-identifier ${identifier}. Then run npx pulumi up --stack ${stage} at weight 0.`,
          )
        : pass(`${identifier} runs with its parameters and has ${allocatedStorageGib} GiB`);
    }),
  ]);
  const place = ({ what }: Finding) => (names as readonly string[]).indexOf(what);
  return [...others, ...(await images)].toSorted((one, other) => place(one) - place(other));
}
