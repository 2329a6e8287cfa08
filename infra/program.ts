import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { readTaskSettings, type TaskSettings } from "../components/api/task-settings.ts";
import { byColour, type Colour } from "../rollout/colour.ts";
import { knownContracts } from "../rollout/contract-migrations.ts";
import { restoresThatLedHere } from "../rollout/database-restores.ts";
import { initialLatch } from "../rollout/latch.ts";
import { driftedSplit } from "../rollout/move.ts";
import { settingsAfter } from "../rollout/release.ts";
import { withKnownVersions } from "../rollout/release-secrets.ts";
import { blindStepsWarning } from "../rollout/rollback-test/quiet-traffic.ts";
import { isSafeFromAnySplit } from "../rollout/safe-move.ts";
import type { Settings } from "../rollout/settings.ts";
import { parseDurationSeconds } from "../rollout/time.ts";
import { answeredAccount, askAccountAndZone, createAwsProvider, settleAccountAndZone } from "./account-and-zone.ts";
import { readStageConfig, warnOfUnjudgedSecrets } from "./config/read-stage-config.ts";
import { andList } from "./config/schema/primitives.ts";
import { secretConfigKeys } from "./config/secrets.ts";
import { type StackSettings, stackFileAtHand, stagingAtHand } from "./config/stack-file.ts";
import { databaseInForce } from "./database-in-force.ts";
import { latchParameter, stageName } from "./naming.ts";
import { originPullsRefusals } from "./origin-pulls.ts";
import { judgePublicRecords } from "./public-records.ts";
import { completeRecord } from "./rollout/deployed-settings.ts";
import { judgeMove } from "./rollout/judge-move.ts";
import { readPreviousUpdate } from "./rollout/previous-update.ts";
import type { ProgramWorld } from "./rollout/program-world.ts";
import { readParameters, readWeights } from "./rollout/read-aws.ts";
import { judgeReturn, tellOfReceiver } from "./rollout/receiving-tasks.ts";
import { versionTest } from "./rollout/secret-fingerprints.ts";
import { takeTrafficBack } from "./rollout/take-back.ts";
import { updateSecrets } from "./rollout/update-secrets.ts";
import { scheduleOf, wantedAfter } from "./rollout/wanted.ts";
import { requireSameAccount, requireSamePlace } from "./same-place.ts";
import { createStack } from "./stack.ts";
import type { WrittenOutputs } from "./stack-outputs.ts";

/** What each colour's tasks will see of the config. */
function taskSettingsAfter(
  settings: Readonly<Record<Colour, Settings>> | undefined,
  api: TaskSettings,
): Readonly<Record<Colour, TaskSettings>> {
  return byColour((colour) => (settings === undefined ? api : readTaskSettings(settings[colour])));
}

const ownHostGroupsWarning =
  "This update gives the candidate's own host target groups of its own. ECS replaces all tasks of both colours for that, one after the other, and the candidate's own host answers 503 until the first new task is healthy.";

/** What the program says where it cannot tell whether a secret has another value: a plan that is made offline never can. */
function uncomparedSecrets(names: readonly string[]): string {
  return `It was not judged whether the values of these application secrets have changed: ${andList(names)}. They are taken to be unchanged. A preview with the stack's secrets judges them.`;
}

/** What the program says of evidence that it cannot read. It stops nothing: traffic must be taken back all the same. */
function unreadableEvidence(file: string): string {
  return `${file} cannot be read as the evidence of a one-off task. If it tells of a contract migration, no rule knows of it, unless the record or the parameter in AWS tells of it too: take the file as it was committed.`;
}

/** The stack files that a planner read. */
export interface PlannedFiles {
  readonly stackFile: StackSettings;
  readonly staging: StackSettings | undefined;
}

function filesAtHand(folder: string, stack: string) {
  return { stackFile: stackFileAtHand(folder, stack), staging: stagingAtHand(folder) };
}

/**
 * The program of both stacks.
 *
 * It reads the config whole, asks the rules of the rollout and the gate whether the configured number may be set now, and only
 * then registers anything: a refusal costs nothing and stops a pull request's preview as well as an update. Traffic that an
 * accepted move takes from the candidate is taken back first. An update that moved no traffic fails.
 *
 * @param planned the stack files that a planner took the config from; the engine gives none, and then they are read from
 *   the project folder
 */
export async function program(world: ProgramWorld, planned?: PlannedFiles): Promise<WrittenOutputs> {
  const { warn, now } = world;
  const project = pulumi.getProject();
  const stack = pulumi.getStack();
  const input = {
    project,
    stack,
    values: pulumi.runtime.allConfig(),
    secretKeys: secretConfigKeys(process.env),
    ...(planned ?? filesAtHand(pulumi.getRootDirectory(), stack)),
  };
  const { stage, ...config } = readStageConfig(input);
  const warning = warnOfUnjudgedSecrets(input, { stage, ...config });
  if (warning !== undefined) await warn(warning);
  const { record, rule, places, outputs: left, fingerprints } = await readPreviousUpdate(stage);
  requireSamePlace({ config, outputs: left, stage });
  const awsProvider = createAwsProvider(stageName(stage), config.aws);
  const isVersion = versionTest(fingerprints, config.applicationSecrets);
  const { wanted, asked: askedSecrets } = wantedAfter(config, record, isVersion);
  if (askedSecrets.unjudged.length > 0) await warn(uncomparedSecrets(askedSecrets.unjudged));
  const schedule = scheduleOf(config.rollout);
  const blindSteps = blindStepsWarning(schedule.steps, config.alerts.minimumErrors);
  if (blindSteps !== undefined) await warn(blindSteps);
  const previous = await completeRecord({
    move: { previous: record, wanted },
    outputs: left,
    stage,
    region: config.aws.region,
    world,
  });
  const judged = { previous, wanted, schedule, now, timeZone: config.timeZone };
  const isSafe = isSafeFromAnySplit(withKnownVersions(judged));
  const asked = { provider: awsProvider, stage, warn };
  const lookups = Promise.all([
    readParameters({ ...asked, parameter: latchParameter(project, stage), wasDeployed: previous !== null, isSafe }),
    readWeights({ ...asked, rule, isSafeFromAnySplit: isSafe }),
  ]);
  // The wrong account is the cause where a lookup in it fails, and is told first.
  const [answers] = await Promise.all([askAccountAndZone(config.dns.zone, awsProvider), lookups.catch(() => {})]);
  requireSameAccount(answeredAccount(answers), places.accountId, stage);
  const [{ latch, verifications, dataEvidence, released, noted }, realWeights] = await lookups;
  const told = world.readContracts?.(stage);
  for (const file of told?.unreadable ?? []) await warn(unreadableEvidence(file));
  const { restoreFrom } = config.database;
  const restores = restoreFrom === undefined ? [] : (world.readRestores?.(stage) ?? []);
  const contracts = knownContracts({
    record,
    told: told?.contracts,
    noted,
    restores: restoresThatLedHere(restores, restoreFrom),
  });
  const hasOwnHostGroups = rule === undefined || rule.ownHostTargetGroupArns !== undefined;
  const move = withKnownVersions({ ...judged, latch, realWeights, hasOwnHostGroups, contracts });
  const receiving = { move, rule, region: config.aws.region, world };
  const acceptance = await judgeMove({
    move,
    stage,
    config,
    outputs: left,
    world,
    released,
    alsoRefused: [
      ...originPullsRefusals({ asked: config.dns.originPulls, outputs: left, move }),
      ...(await judgeReturn(receiving)),
    ],
    stackFile: input.stackFile?.source,
    verification: {
      required: config.verify.required,
      validForSeconds: parseDurationSeconds(config.verify.validFor),
      parameters: verifications,
      recorded: record,
    },
    data: { required: config.verify.integrityRequired, parameters: dataEvidence, recorded: record },
  });
  if (!hasOwnHostGroups) await warn(ownHostGroupsWarning);
  await tellOfReceiver(receiving, stage);
  await takeTrafficBack({ move, rule, stage, region: config.aws.region, provider: awsProvider, world });
  const settings = settingsAfter(move);
  const inForce = await databaseInForce({
    config,
    outputs: left,
    previous,
    wanted: move.wanted,
    isDrifted: driftedSplit(move) !== undefined,
    world,
  });
  const { accountId, zoneId } = await settleAccountAndZone(answers, { config, previous: places, stage, warn });
  const dnsHosts = await judgePublicRecords({ config, outputs: left, isDeployed: previous !== null, zoneId, stage });

  const outputs = await createStack({
    project,
    stage,
    config,
    accountId,
    zoneId,
    awsProvider,
    databaseInForce: inForce,
    dnsHosts,
    previous,
    now,
    acceptance,
    wanted: move.wanted,
    taskSettings: taskSettingsAfter(settings, config.api),
    secrets: updateSecrets({ move, config, asked: askedSecrets, isVersion, settings }),
    fingerprints,
    initialLatch: initialLatch(latch, now),
    contracts,
  });
  return { ...outputs, readme: readFileSync(new URL("../Pulumi.README.md", import.meta.url), "utf8") };
}
