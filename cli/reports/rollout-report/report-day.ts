import type { StageAws } from "../../../infra/aws/stage-aws.ts";
import type { StageConfig } from "../../../infra/config/schema/stage-config.ts";
import type { Colour } from "../../../rollout/colour.ts";
import { type CommandOutcome, messageOf, RefusedError } from "../../outcome.ts";
import { readSnapshot } from "../../snapshot.ts";
import { splitWords } from "../../terminal.ts";
import { checkPerformance } from "../../verify/checks/performance.ts";
import type { RolloutWorld } from "../../world.ts";
import { historyLines } from "../history-lines.ts";
import { describeStage } from "../status-report.ts";
import { type DailyFacts, dailyMail, dailyReport } from "./daily-report.ts";

/**
 * Reports the last day of a stage: where the traffic is, what moved, the objectives, and what stands open (guide K1).
 *
 * @param mail whether it is mailed to `mail.reportsTo` as well
 * @throws {RefusedError} where it is to be mailed and the config names nobody
 * @throws {Error} where AWS or Pulumi cannot be asked, and where a mail could not be sent
 */
export async function reportDay(world: RolloutWorld, { mail }: { readonly mail: boolean }): Promise<CommandOutcome> {
  const { stage } = world;
  // Before anything is asked.
  if (mail) requireRecipients(world.stackFile.readConfig().mail, stage);
  const snapshot = await readSnapshot(world);
  const { record, candidate, split, latch, config, takenAt } = snapshot;
  const yesterday = takenAt.getTime() - daySeconds * 1000;
  const lines = historyLines({
    stage,
    entries: record.history,
    evidence: await world.evidence.list(),
    latch,
    now: takenAt,
    droppedUntil: record.dropped?.until,
  }).filter(({ at }) => Date.parse(at) >= yesterday);
  const described = describeStage(stage, snapshot);
  const objectives = await checkPerformance(snapshot.aws, config, record.liveColour, takenAt);
  const release = (colour: Colour) => ({ digest: record.images[colour], label: record.labels?.[colour] ?? null });
  const facts: DailyFacts = {
    described,
    split: splitWords(split),
    lines,
    objectives,
    images: { live: release(record.liveColour), candidate: release(candidate) },
    now: takenAt,
    timeZone: config.timeZone,
  };
  const mailed = mail ? await mailReport(snapshot.aws, config.mail, facts) : [];
  if (mail) world.say(`Mailed to ${mailed.join(", ")}`);
  return { exitCode: 0, text: dailyReport(facts), json: { described, lines, objectives, mailed } };
}

function requireRecipients({ reportsTo }: StageConfig["mail"], stage: string): void {
  if (reportsTo !== undefined) return;
  throw new RefusedError("The mail of the report", [
    `The stack file names nobody. Set it: npm run rollout -- set --stage ${stage} "mail.reportsTo[0]" <address>`,
  ]);
}

/** Sends a mail to each address by itself, so that nobody sees the others'. @returns the addresses */
async function mailReport(
  aws: Pick<StageAws, "sendMail">,
  { domain, reportsTo = [] }: StageConfig["mail"],
  facts: DailyFacts,
): Promise<readonly string[]> {
  const mail = { from: `rollout@${domain}`, ...dailyMail(facts) };
  const sent = await Promise.allSettled(reportsTo.map((to) => aws.sendMail({ ...mail, to })));
  const failures = sent.flatMap((one) => (one.status === "rejected" ? [messageOf(one.reason)] : []));
  if (failures.length === 0) return reportsTo;
  const others = reportsTo.length - failures.length;
  throw new Error(`${failures.join("\n")}\nMails that were sent: ${others}.`);
}

const daySeconds = 86_400;
