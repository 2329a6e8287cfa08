import { buildCommand } from "@stricli/core";
import type { DroppedEntries } from "../../rollout/bounded-history.ts";
import { type Clock, formatInstant } from "../../rollout/time.ts";
import { type CommandOutcome, messageOf } from "../outcome.ts";
import type { RolloutWorld } from "../world.ts";
import { action, type CommonFlags, commonFlags, explain, switchFlag } from "./command.ts";

interface HistoryFlags extends CommonFlags {
  readonly releases?: boolean;
}

/** `history`: what happened to a stage, oldest first: from the record, the evidence and the latch. */
export const history = buildCommand({
  docs: explain("List every step, promote, rollback, return and resume of a stage: when, why, and how long it stood.", [
    {
      line: "npm run rollout -- history --stage production",
      purpose: "A table, the latest last, with what each gate saw.",
    },
    {
      line: "npm run --silent rollout -- history --stage production --json | jq '.history[-1]'",
      purpose: "The latest entry alone, with full image digests.",
    },
    {
      line: "npm run rollout -- history --stage production --releases",
      purpose: "The releases that ran, by number: how far each went, when it was live, and how it ended.",
    },
  ]),
  parameters: {
    flags: { ...commonFlags, releases: { ...switchFlag, brief: "List the releases that ran, and not what happened." } },
  },
  func: action(async ({ stage, releases = false }: HistoryFlags, openWorld) => {
    if (releases) return await listReleases(await openWorld(stage));
    const [{ parseRecord }, { historyLines }, { renderHistory }, { stageTimeZone }, world] = await Promise.all([
      import("../../rollout/record.ts"),
      import("../reports/history-lines.ts"),
      import("../reports/history-report.ts"),
      import("../rescue.ts"),
      openWorld(stage),
    ]);
    const outputs = await world.pulumi.outputs();
    const { history: entries = [], dropped } = parseRecord(outputs.rollout) ?? {};
    const [evidence, read, text] = await Promise.all([
      world.evidence.list(),
      entries.length === 0 ? undefined : readLatch(world),
      world.stackFile.read(),
    ]);
    const { latch, problem = null } = read ?? {};
    const timeZone = stageTimeZone(text);
    const lines = historyLines({ stage, entries, evidence, latch, now: world.now(), droppedUntil: dropped?.until });
    const note =
      problem === null
        ? ""
        : `\nA rollback since the last update may be missing, because the latch could not be read. ${problem}`;
    return {
      exitCode: 0,
      text: `${renderHistory(stage, lines, timeZone)}${droppedNote(stage, dropped, { now: world.now(), timeZone })}${note}`,
      json: { stage, history: lines, dropped: dropped ?? null, latchProblem: problem },
    };
  }),
});

function droppedNote(stage: string, dropped: DroppedEntries | undefined, clock: Clock): string {
  if (dropped === undefined) return "";
  const { entries, until } = dropped;
  const updates = entries === 1 ? "1 update" : `${entries} updates`;
  return `\nThe record no longer has ${updates} until ${formatInstant(new Date(until), clock)}. Of these, the table has what evidence/${stage} tells. Pulumi lists every update: npx pulumi stack history --stack ${stage}`;
}

async function listReleases(world: RolloutWorld): Promise<CommandOutcome> {
  const { stage, stackFile } = world;
  const [{ describeReleases, renderReleases }, { releasesOf }, { tagsOf }, { stageTimeZone }, { readLastUpdate }] =
    await Promise.all([
      import("../reports/releases-report.ts"),
      import("../../rollout/releases.ts"),
      import("../release-names.ts"),
      import("../rescue.ts"),
      import("../snapshot.ts"),
    ]);
  const { record, addresses } = await readLastUpdate(world);
  const ran = releasesOf(record);
  const unlabelled = ran.flatMap(({ image, label }) => (label === undefined ? image : []));
  const described = describeReleases(ran, record, await tagsOf(world.openAws(addresses), unlabelled));
  const timeZone = stageTimeZone(await stackFile.read());
  return {
    exitCode: 0,
    text: renderReleases(stage, described, { now: world.now(), timeZone }),
    json: { stage, releases: described },
  };
}

/** The latch as it stands. A history that nobody may ask AWS for is still worth reading. */
async function readLatch({ openRescue }: Pick<RolloutWorld, "openRescue">) {
  try {
    const { latch } = await (await openRescue()).find();
    return { latch };
  } catch (error) {
    return { latch: undefined, problem: messageOf(error) };
  }
}
