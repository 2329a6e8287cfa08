import type { TaskAws } from "../../infra/aws/task-aws.ts";
import { scheduleOf } from "../../infra/rollout/wanted.ts";
import type { StageAddresses } from "../../infra/stack-outputs.ts";
import {
  type CheckedMigration,
  checkedMigration,
  type KindOfMigration,
  kindOfMigration,
  type UncheckedMigration,
} from "../../rollout/checked-migration.ts";
import { type Colour, otherColour } from "../../rollout/colour.ts";
import {
  hasStopped,
  type MigrationKind,
  type MigrationRequest,
  type OneOffTask,
  refuseTask,
  taskColour,
  taskMark,
} from "../../rollout/one-off-tasks.ts";
import { reasonProblems } from "../../rollout/reason.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { TaskEvidence } from "../evidence/evidence.ts";
import { RefusedError } from "../outcome.ts";
import { readLastUpdate } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import { noteContractBegun } from "./contract-notes.ts";
import { checkBeforeMigration, noteMigration } from "./data-evidence.ts";
import {
  beginTaskEvidence,
  begunTask,
  type EvidenceOfTask,
  endTask,
  isOfTask,
  type TaskResult,
  type TaskToRun,
} from "./task-end.ts";

/** What one run of the command works with. */
export interface TaskRun {
  readonly world: RolloutWorld;
  readonly tasks: TaskAws;
  readonly addresses: StageAddresses;
  readonly record: RolloutRecord;
  readonly run: OneOffTask;
  /** What a migration is called by whoever asks for it; undefined where its check is to say it, and for other tasks. */
  readonly kind: MigrationKind | undefined;
  /** The written reason. */
  readonly reason: string | undefined;
  readonly colour: Colour;
  /** In words: `migrate from green`. */
  readonly what: string;
}

/** ARN of a task of this name, from the image of one of the colours, that has not stopped. */
async function runningTask(
  { tasks, run }: Pick<TaskRun, "tasks" | "run">,
  colour: Colour,
): Promise<string | undefined> {
  const arns = await tasks.list(taskMark(run, colour));
  if (arns.length === 0) return undefined;
  return (await tasks.describe(arns)).find((state) => !hasStopped(state))?.arn;
}

/** What is asked for. */
interface AskedTask extends Pick<TaskRun, "run" | "kind" | "reason"> {
  /** Default: the candidate where it has a release, else the live colour. */
  readonly colour: Colour | undefined;
}

/**
 * Milliseconds in which AWS can know a token again: 24 hours at most, and less for a task that ended early (ECS API
 * Reference, "Ensuring idempotency"); an hour to spare.
 */
const tokenMilliseconds = 23 * 3_600_000;

/**
 * Runs a one-off task to its end, once.
 *
 * It can be killed anywhere. The evidence is begun before anything is started, and its time makes the token that AWS knows a
 * repeated request by; a task of this name that runs already is waited for, and no second one is started.
 *
 * @throws {RefusedError} naming every reason why it may not be started now
 * @throws {Error} where AWS cannot be asked, and where it still runs after an hour; the next run goes on waiting
 */
export async function runTask(
  world: RolloutWorld,
  { run, kind, reason, colour: asked }: AskedTask,
): Promise<TaskResult> {
  const { record, addresses } = await readLastUpdate(world);
  const colour = asked ?? taskColour(record);
  const what = `${run} from ${colour}`;
  const it: TaskRun = { world, tasks: world.openTasks(addresses), addresses, record, run, kind, reason, colour, what };
  const begun = await begunTask(world, it);
  if (begun !== undefined) {
    refuseOtherKind(it, begun);
    const ended = await endBegun(it, begun);
    if (ended !== undefined) return ended;
  }
  const accepted = await acceptTask(it);
  const running = await runningTask(it, colour);
  if (running === undefined) await refuseSecondMigration(it);
  else world.say(`${what} is running already: waiting for it, and starting no other`);
  const evidence = await evidenceFor(it, begun?.task.taskArn === null ? begun : undefined, accepted);
  const aws = world.openAws(addresses);
  await noteMigration(it, accepted.image, "begun", aws);
  await noteContractBegun(evidence, world.now(), aws);
  const arn = running ?? (await startTask(it, evidence));
  const ended = await endTask(it, evidence, arn, running === undefined ? "started" : "joined");
  if (ended !== undefined) return ended;
  throw new Error(
    `AWS does not know the task ${arn}, although it started it a minute ago. Look with aws ecs describe-tasks --cluster ${arn.split("/").at(-2)} --tasks ${arn} before you run this command again: that would start another task.`,
  );
}

/**
 * Ends what an earlier run has started, whatever the rules would say now.
 *
 * @returns undefined where nothing is known to have been started, or nobody can say any more how it ended
 */
async function endBegun(it: TaskRun, begun: EvidenceOfTask): Promise<TaskResult | undefined> {
  const arn = begun.task.taskArn ?? (await runningTask(it, it.colour));
  if (arn === undefined) return undefined;
  it.world.say(`An earlier run of ${it.what} was interrupted at ${begun.at}: waiting for its task`);
  return await endTask(it, begun, arn, "ended");
}

/** Evidence that was begun and has no task may have started one: with its time, and so its token, AWS starts no second. */
async function evidenceFor(
  it: TaskRun,
  unknown: EvidenceOfTask | undefined,
  accepted: AcceptedTask,
): Promise<EvidenceOfTask> {
  const { world, record } = it;
  if (unknown !== undefined) {
    const age = world.now().getTime() - new Date(unknown.at).getTime();
    const isSame = unknown.task.image === accepted.image && unknown.task.kind === (accepted.kind ?? null);
    if (isSame && age < tokenMilliseconds) return unknown;
    const problems = ["It is not known whether it started a task. None was running when the next run began."];
    const finishedAt = world.now().toISOString();
    await world.evidence.write({ ...unknown, outcome: "interrupted", finishedAt, problems });
  }
  const evidence = await beginTaskEvidence(world, record, { ...it, ...accepted });
  await world.evidence.write(evidence);
  return evidence;
}

async function startTask({ world, tasks, addresses, run, colour, what }: TaskRun, { at }: EvidenceOfTask) {
  const startedBy = taskMark(run, colour);
  world.say(`${what}: starting`);
  return await tasks.start({
    taskDefinitionArn: addresses.oneOffTaskDefinitionArns[colour]?.[run] ?? "",
    startedBy,
    clientToken: `${world.stage}-${startedBy}-${at}`,
  });
}

/** A task that may be started. */
type AcceptedTask = Pick<TaskToRun, "image" | "kind" | "migration" | "overridden">;

/**
 * Holds a task against the rules, before anything is started.
 *
 * @throws {RefusedError} naming every reason why not
 */
async function acceptTask(it: TaskRun): Promise<AcceptedTask> {
  const { world, addresses, record, run, colour, what } = it;
  const image = record.images[colour];
  const checked = run === "migrate" && image !== null ? await checkOf(it, image) : undefined;
  const decided =
    checked === undefined ? undefined : kindOfMigration({ ...it, checked, named: it.kind, stage: world.stage });
  const data =
    image === null ? { problems: [], overridden: [] } : await checkBeforeMigration(it, image, world.openAws(addresses));
  const problems = [
    ...reasonProblems(it.reason),
    ...refuseTask({
      stage: world.stage,
      run,
      colour,
      record,
      taskDefinitionArn: addresses.oneOffTaskDefinitionArns[colour]?.[run],
      migration: decided === undefined ? undefined : await migrationRequest(it, decided),
    }),
    ...data.problems,
  ];
  if (problems.length > 0 || image === null) throw new RefusedError(what, problems);
  return {
    image,
    kind: decided?.kind,
    overridden: [...(decided?.overridden ?? []), ...data.overridden],
    migration: evidenceOf(checked),
  };
}

/** What the checks of an image say of its migration. Where the schema stands is known from the last one that ended well. */
async function checkOf({ world }: TaskRun, image: string): Promise<CheckedMigration | UncheckedMigration> {
  const [checks, evidence] = await Promise.all([world.evidence.migrationChecks(), world.evidence.list()]);
  const last = evidence
    .filter(isOfTask)
    .findLast(({ outcome, task }) => outcome === "done" && (task.migration?.revisions ?? null) !== null);
  return checkedMigration(checks, image, last?.task.migration?.revisions?.to);
}

function evidenceOf(checked: CheckedMigration | UncheckedMigration | undefined): TaskEvidence["migration"] {
  if (checked === undefined || "unchecked" in checked) return undefined;
  const { blocking, sqlSha256, revisions, isOneTransaction } = checked;
  return { blocking, sqlSha256, revisions, isOneTransaction };
}

async function migrationRequest({ world, addresses }: TaskRun, decided: KindOfMigration): Promise<MigrationRequest> {
  const { rollout, timeZone } = world.stackFile.readConfig();
  return {
    decided,
    schedule: scheduleOf(rollout),
    split: await world.openAws(addresses).readSplit(),
    now: world.now(),
    timeZone,
  };
}

/**
 * Whoever runs an interrupted command again wants it finished; whoever asks for another kind does not.
 *
 * @throws {RefusedError} where the kind is another
 */
function refuseOtherKind({ kind, what, world }: TaskRun, { at, task }: EvidenceOfTask): void {
  if (kind === undefined || task.kind === kind) return;
  throw new RefusedError(what, [
    `A migration of kind ${task.kind} was started at ${at}, and its end is not recorded. First run npm run rollout -- task --stage ${world.stage} --run migrate --kind ${task.kind} --colour ${task.colour}, which waits for its end.`,
  ]);
}

/**
 * Two migrations at once would both read the same revision and both apply the next.
 *
 * @throws {RefusedError} while one of the other colour runs
 */
async function refuseSecondMigration(it: TaskRun): Promise<void> {
  if (it.run !== "migrate") return;
  const other = otherColour(it.colour);
  const arn = await runningTask(it, other);
  if (arn === undefined) return;
  throw new RefusedError(it.what, [
    `migrate from ${other} is running (${arn}). Two migrations at once would change the same schema. Wait until it has ended.`,
  ]);
}
