import { type InstanceState, readInstance } from "../../infra/aws/instance.ts";
import { instant } from "../../infra/config/schema/primitives.ts";
import type { Stage } from "../../rollout/names.ts";
import { formatSplit } from "../../rollout/split.ts";
import { formatInstant } from "../../rollout/time.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { type CommandOutcome, messageOf, RefusedError } from "../outcome.ts";
import { readStanding, type Standing } from "../snapshot.ts";
import { grantProblems } from "../tunnel/check-grants.ts";
import type { RolloutWorld } from "../world.ts";
import { type AskedMove, prepareMove } from "./decide.ts";
import { restoresInstance } from "./evidence.ts";
import { judgeRestorePlan } from "./plan-judgement.ts";
import { endMove } from "./read-back.ts";
import { runMove } from "./run-move.ts";

/** What is to be restored. */
export interface RestoreRequest {
  /** The moment that the data is to be of, as it was typed. */
  readonly to: string;
  readonly reason: string | undefined;
  readonly dryRun: boolean;
  /** Edit and commit only, for a pull request. */
  readonly commit: boolean;
}

/**
 * Restores the database to a moment (guide B2). The program makes another instance beside the old one from its backups, and gives
 * its address to the tasks of both colours, as new task definitions. So config, Pulumi's state and AWS agree afterwards. Weights,
 * latch and images stay. The old instance stays in AWS where `deletionProtection` is on.
 *
 * It can be killed anywhere, as every move: the next run with the same time finds the update made, or makes it.
 *
 * @throws {RefusedError} naming every reason why not; nothing was changed then
 */
export async function restoreDatabase(world: RolloutWorld, request: RestoreRequest): Promise<CommandOutcome> {
  const evidence = await world.evidence.list();
  const begun = begunRestore(evidence, request.to);
  if (begun !== undefined && !request.dryRun && !request.commit) {
    const standing = await readStanding(world);
    if (standing.addresses.databaseInstanceIdentifier !== begun.restore?.source) {
      world.say(`An earlier run was interrupted after its update at ${begun.at}: finishing it`);
      return await withGrants(world, (await endMove(world, standing, begun)).evidence);
    }
  }
  const ask = async (standing: Standing) => {
    const move = await restoration(standing, request, begun !== undefined);
    world.say(expectation(world.stage, measuredRestores(evidence), standing.config.database.deletionProtection));
    return move;
  };
  const outcome = await runMove(world, { ask, dryRun: request.dryRun, commit: request.commit });
  const done = doneRestore(outcome.json);
  return done === undefined ? outcome : await withGrants(world, done);
}

/** The latest restore to this moment whose end is not known: its update may be made, in part or whole. */
function begunRestore(evidence: readonly Evidence[], to: string): Evidence | undefined {
  const moment = Date.parse(to);
  return evidence.findLast(
    ({ action, outcome, restore }) =>
      action === "restore" &&
      (outcome === "begun" || outcome === "interrupted") &&
      restore !== undefined &&
      Date.parse(restore.to) === moment,
  );
}

async function restoration(standing: Standing, { to, reason }: RestoreRequest, isBegun: boolean): Promise<AskedMove> {
  const { record, addresses, config, stage, split, takenAt } = standing;
  const { databaseInstanceIdentifier: source } = addresses;
  const name = `The restore to ${to}`;
  if (source === undefined) throw new RefusedError(name, ["The outputs of the stack name no database to restore."]);
  const instance = await readInstance(addresses.region, source);
  const problems = [
    ...momentProblems(to, { instance, takenAt, timeZone: config.timeZone }),
    ...(record.weightPercent > 0 || split[standing.candidate] > 0
      ? [
          `AWS gives ${formatSplit(split)}. A restore replaces the tasks of both colours, and must not meet a step that is being watched. First run npm run rollout -- rollback --stage ${stage}.`,
        ]
      : []),
    ...(config.database.deletionProtection && (reason ?? "").trim() === ""
      ? [
          `The database of ${stage} is protected, and everything that was written after that moment is missing in the restored one. Say why: --reason "…".`,
        ]
      : []),
  ];
  const isMoment = instant.safeParse(to).success;
  const restoreTime = isMoment ? new Date(to).toISOString().replace(/\.\d{3}Z$/, "Z") : to;
  return prepareMove(
    standing,
    {
      action: "restore",
      name,
      to: { liveColour: record.liveColour, weightPercent: record.weightPercent },
      edit: { restoreFrom: { sourceInstanceIdentifier: source, restoreTime } },
      restore: { source, to: isMoment ? new Date(to).toISOString() : to, instance: null, rolesChecked: null },
      judgePlan: (plan) => judgeRestorePlan(plan, isBegun),
    },
    reason,
    problems,
  );
}

/** Why a moment cannot be restored; empty where it can. */
function momentProblems(
  to: string,
  { instance, takenAt, timeZone }: { instance: InstanceState; takenAt: Date; timeZone: string },
): string[] {
  if (!instant.safeParse(to).success) {
    return [`--to is "${to}". Give a time with its zone, as 2026-12-24T09:30:00+11:00 or 2026-12-23T22:30:00Z.`];
  }
  const { identifier, createdAt, latestRestorableTime, backupRetentionDays } = instance;
  const said = (date: Date) => formatInstant(date, { now: takenAt, timeZone });
  const moment = new Date(to);
  if (moment > takenAt) return [`${said(moment)} is in the future.`];
  if (latestRestorableTime === null) {
    return [
      `${identifier} has no backup that a moment can be restored from yet. RDS takes the first one after it was created.`,
    ];
  }
  const latest = new Date(latestRestorableTime);
  if (moment > latest) {
    return [
      `${identifier} can be restored to ${said(latest)} at the latest, and ${said(moment)} is after that. RDS stores its log every five minutes: wait as long, or name an earlier time.`,
    ];
  }
  const kept = new Date(takenAt.getTime() - backupRetentionDays * 86_400_000);
  const created = createdAt === null ? kept : new Date(createdAt);
  const earliest = created > kept ? created : kept;
  if (moment >= earliest) return [];
  return [
    `${identifier} can be restored to ${said(earliest)} at the earliest: ${created > kept ? "it was created then" : `its backups are kept for ${backupRetentionDays} days`}. For an older copy see the vault: docs/database.md, Restoring (guide B2).`,
  ];
}

/** Minutes that restores of this stage took, by their evidence, oldest first. */
function measuredRestores(evidence: readonly Evidence[]): readonly number[] {
  return evidence.flatMap((one) =>
    isRestore(one) && one.outcome === "done" && one.finishedAt !== null ? [minutesBetween(one.at, one.finishedAt)] : [],
  );
}

/** Whether it restored: by the command, or by an update of a file that was merged with another `restoreFrom`, as the drill's is. */
function isRestore({ action, plan }: Evidence): boolean {
  return action === "restore" || (action === "apply" && plan !== null && restoresInstance(plan));
}

function minutesBetween(from: string, until: string): number {
  return Math.max(1, Math.round((Date.parse(until) - Date.parse(from)) / 60_000));
}

/** What is about to happen, how long it may take, and where that figure comes from. */
function expectation(stage: Stage, earlier: readonly number[], isKept: boolean): string {
  const time =
    earlier.length === 0
      ? "no restore of this stage has been measured yet, and AWS promises no time: it depends on the size of the data and on the log that is replayed. Guide B2 allows 30 min"
      : `the last restore of this stage took ${earlier.at(-1)} min, of ${earlier.length} that were measured (evidence/${stage})`;
  return [
    `A new instance is made beside the old one, and then the tasks of both colours get its address. Expected time: ${time}.`,
    isKept
      ? "Until then the API works on the old data. The old instance stays in AWS."
      : "Until then the API works on the old data. The old instance is deleted at the end, with its backups: this stage does not protect it.",
  ].join("\n");
}

/** The evidence of a restore that this run has ended, from what it prints. */
function doneRestore(json: unknown): Evidence | undefined {
  if (typeof json !== "object" || json === null || !("evidence" in json)) return undefined;
  const evidence = json.evidence as Evidence;
  return evidence.action === "restore" ? evidence : undefined;
}

/** Looks at roles and grants of the restored instance, and says how long everything took. */
async function withGrants(world: RolloutWorld, evidence: Evidence): Promise<CommandOutcome> {
  const { databaseInstanceIdentifier } = await world.pulumi.outputs();
  const instance = String(databaseInstanceIdentifier);
  world.say(`Looking at the roles and grants in ${instance}`);
  const found = await grantProblems(world, instance).catch((error: unknown) => messageOf(error));
  const isChecked = typeof found !== "string";
  const problems = isChecked ? found : [];
  const { restore, at, finishedAt } = evidence;
  const ended: Evidence = {
    ...evidence,
    ...(restore === undefined
      ? {}
      : { restore: { ...restore, instance, rolesChecked: isChecked ? problems.length === 0 : null } }),
    problems: [...evidence.problems, ...problems],
  };
  const evidencePath = await world.evidence.write(ended);
  const kept = world.stackFile.readConfig().database.deletionProtection
    ? [`${restore?.source} is kept in AWS, outside the stack. Delete it by hand when nobody needs it any more.`]
    : [];
  return {
    exitCode: problems.length === 0 ? 0 : 1,
    text: [
      `The API of ${world.stage} works on ${instance}, with the data of ${restore?.to}. It took ${minutesBetween(at, finishedAt ?? at)} min.`,
      ...(isChecked
        ? problems.length === 0
          ? ["Its roles and grants are as planned."]
          : problems.map((problem) => `- ${problem}`)
        : [`Its roles and grants were not checked: ${found}`]),
      ...kept,
      `Check the data: npm run rollout -- task --stage ${world.stage} --run integrity.`,
      `Leave database.restoreFrom in ${world.stackFile.name}: it says what the instance was made from. Commit it and ${evidencePath}.`,
    ].join("\n"),
    json: { outcome: "done", evidencePath, evidence: ended },
  };
}
