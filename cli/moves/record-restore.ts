import { readInstance } from "../../infra/aws/instance.ts";
import { instant } from "../../infra/config/schema/primitives.ts";
import { formatInstant } from "../../rollout/time.ts";
import { wholeSecond } from "../evidence/evidence-folder.ts";
import { type CommandOutcome, RefusedError } from "../outcome.ts";
import { readStanding, type Standing } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import { newEvidence } from "./evidence.ts";

/** A restore that somebody made without the command, as one from the vault. */
export interface HandMadeRestore {
  /** The moment that the data is of, as it was typed. */
  readonly to: string;
  readonly reason: string | undefined;
}

/**
 * Writes the evidence of a restore that was made by hand. It changes nothing else. The config says what the instance was made from,
 * and AWS since when it exists: a `contract` migration that began before that and after the moment of the data is undone.
 *
 * @throws {RefusedError} naming every reason why not
 */
export async function recordRestore(world: RolloutWorld, { to, reason }: HandMadeRestore): Promise<CommandOutcome> {
  const standing = await readStanding(world);
  const { record, addresses, config, contracts, takenAt } = standing;
  const instance = addresses.databaseInstanceIdentifier;
  const from = config.database.restoreFrom ?? {};
  const source = from.snapshotIdentifier ?? from.sourceInstanceIdentifier;
  const name = `The evidence of a restore to ${to}`;
  if (instance === undefined || source === undefined) {
    throw new RefusedError(name, [
      `${world.stackFile.name} has no database.restoreFrom, which says what an instance was made from. So nobody has restored the database of ${world.stage}.`,
    ]);
  }
  const { createdAt } = await readInstance(addresses.region, instance);
  const problems = [
    ...momentProblems(to, { instance, createdAt, standing }),
    ...((reason ?? "").trim() === "" ? ['Say why it was restored: --reason "…".'] : []),
  ];
  if (problems.length > 0 || createdAt === null) throw new RefusedError(name, problems);
  const moment = new Date(to).toISOString();
  const began = wholeSecond(new Date(createdAt));
  const evidencePath = await world.evidence.write({
    ...(await newEvidence(world, "restore", began, record)),
    outcome: "done",
    finishedAt: takenAt.toISOString(),
    reason: reason?.trim() ?? null,
    restore: { source, to: moment, instance, rolesChecked: null },
  });
  const { contracts: left } = await readStanding(world);
  const undone = contracts.filter((one) => !left.some(({ at, image }) => at === one.at && image === one.image));
  const clock = { now: takenAt, timeZone: config.timeZone };
  return {
    exitCode: 0,
    text: [
      `${instance} was made from ${source}, with the data of ${moment}, at ${formatInstant(began, clock)}.`,
      ...(undone.length === 0 ? ["It undoes no contract migration that is known."] : []),
      ...undone.map(
        ({ at, image }) =>
          `It undoes the contract migration that began at ${formatInstant(new Date(at), clock)}, of ${image}.`,
      ),
      `Commit ${evidencePath}.`,
    ].join("\n"),
    json: { outcome: "done", evidencePath, undone },
  };
}

/** Why the instance cannot have the data of this moment; empty where it can. */
function momentProblems(
  to: string,
  {
    instance,
    createdAt,
    standing: { config, takenAt },
  }: { readonly instance: string; readonly createdAt: string | null; readonly standing: Standing },
): string[] {
  if (!instant.safeParse(to).success) {
    return [`--to is "${to}". Give a time with its zone, as 2026-12-24T09:30:00+11:00 or 2026-12-23T22:30:00Z.`];
  }
  if (createdAt === null) return [`${instance} is still being made. Run this command when it is there.`];
  const said = (moment: string) => formatInstant(new Date(moment), { now: takenAt, timeZone: config.timeZone });
  const { sourceInstanceIdentifier, restoreTime } = config.database.restoreFrom ?? {};
  if (sourceInstanceIdentifier !== undefined && restoreTime === undefined) {
    return [
      "database.restoreFrom has no restoreTime, so the instance has the latest data of its source. Such a restore undoes no migration, and needs no evidence.",
    ];
  }
  if (restoreTime !== undefined && Date.parse(restoreTime) !== Date.parse(to)) {
    return [`database.restoreFrom has ${restoreTime} as the moment of the data, and you gave ${to}.`];
  }
  if (Date.parse(to) < Date.parse(createdAt)) return [];
  return [
    `${instance} exists since ${said(createdAt)}, so it cannot have been made with the data of ${said(to)}. Has the update been made that database.restoreFrom asks for?`,
  ];
}
