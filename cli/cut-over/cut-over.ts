import { projectName } from "../../infra/config/config-keys.ts";
import { publicHosts } from "../../infra/config/schema/platform.ts";
import { replaceRecords, type ZoneRecord } from "../cloudflare.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { wholeSecond } from "../evidence/evidence-folder.ts";
import { newEvidence } from "../moves/evidence.ts";
import type { CommandOutcome } from "../outcome.ts";
import { explainPulumi } from "../pulumi-failure.ts";
import { setSettings } from "../stack-file/set-settings.ts";
import type { RolloutWorld } from "../world.ts";
import { type AskedCutOver, accept, type CutOver, type CutOverPorts, leads } from "./accept.ts";
import { leadingRecords, recordInState, shownRecords } from "./stage-records.ts";

/**
 * Moves a public host from a site outside of the stack to the stage, or back.
 *
 * It can be killed anywhere and run again: evidence with the records of before is written first, the records are replaced in
 * one transaction, and the rest is done only where it is not done yet.
 *
 * @throws {RefusedError} naming every reason why not; nothing was changed
 */
export async function cutOver(world: RolloutWorld, asked: AskedCutOver, ports: CutOverPorts): Promise<CommandOutcome> {
  const move = await accept(world, asked, ports);
  const { it, before, after, dryRun } = move;
  const isThere = leads(before, after);
  if (dryRun) {
    const text = `${it.name} leads to ${shownRecords(before)}. It would lead to ${shownRecords(after)}. Nothing was changed.`;
    return { exitCode: 0, text, json: { outcome: "would be done", host: it.name, before, after } };
  }
  const begun = await begunEvidence(move);
  if (isThere && begun === undefined && isPending(move) === asked.back) {
    const text = `${it.name} leads to ${shownRecords(before)} already. Nothing to do.`;
    return { exitCode: 0, text, json: { outcome: "nothing to do", host: it.name } };
  }
  const evidence = begun ?? (await begin(move));
  if (!isThere) await replaceRecords(ports, it.zoneId, before, after);
  const records = await readBack(move);
  if (asked.back) await forget(move);
  else await adopt(move, records);
  const isWritten = await writePendingHosts(move);
  const evidencePath = await world.evidence.write({
    ...evidence,
    outcome: "done",
    finishedAt: world.now().toISOString(),
  });
  return ended(move, evidence, isWritten, evidencePath);
}

/** Whether the stack file says that the host leads to another site. */
function isPending({ world, host }: CutOver): boolean {
  return world.stackFile.readConfig().dns.pendingHosts.includes(host);
}

/** What an earlier run has begun. One that was cut off is gone on with. */
async function begunEvidence({ world, host, back }: CutOver): Promise<Evidence | undefined> {
  return (await world.evidence.list()).findLast(
    ({ action, dns, outcome }) => action === actionOf(back) && dns?.host === host && outcome === "begun",
  );
}

function actionOf(back: boolean): Evidence["action"] {
  return back ? "cut-back" : "cut-over";
}

/** Before anything moves: where the host led must not be lost. */
async function begin({ world, host, back, reason, record, before, after }: CutOver): Promise<Evidence> {
  const kept = (records: typeof after) =>
    records.map(({ type, content, proxied, ttl }) => ({ type, content, proxied, ttlSeconds: ttl }));
  const evidence: Evidence = {
    ...(await newEvidence(world, actionOf(back), wholeSecond(world.now()), record)),
    reason: reason ?? null,
    dns: { host, before: kept(before), after: kept(after) },
  };
  await world.evidence.write(evidence);
  return evidence;
}

const readBackAttempts = 5;

/** @returns the records as Cloudflare has them now */
async function readBack({ world, ports, it, after }: CutOver): Promise<readonly ZoneRecord[]> {
  for (let attempt = 1; ; attempt += 1) {
    const records = await leadingRecords(ports, it);
    if (leads(records, after)) return records;
    if (attempt === readBackAttempts) {
      throw new Error(
        `Cloudflare accepted the change, but ${it.name} leads to ${shownRecords(records)} and not to ${shownRecords(after)}. Look at the zone's records, and run this command again: it goes on where it stopped.`,
      );
    }
    await world.sleep(1000);
  }
}

/** Lets Pulumi's state know the record. One that it knows already is left as it is. */
async function adopt({ world, host, ports, it }: CutOver, [record]: readonly ZoneRecord[]): Promise<void> {
  const { type, logicalName, parentUrn, urn } = recordInState(world.stage, host);
  const id = `${it.zoneId}/${record?.id}`;
  const words = ["import", type, logicalName, id, "--parent", `parent=${parentUrn}`];
  await pulumi(
    world,
    ports,
    [...words, "--protect=false", "--generate-code=false", "--yes"],
    `resource '${urn}' already exists`,
  );
}

/** Lets Pulumi's state forget the record, which is not there any more. */
async function forget({ world, host, ports }: CutOver): Promise<void> {
  const { urn } = recordInState(world.stage, host);
  await pulumi(world, ports, ["state", "delete", urn, "--yes"], `No such resource "${urn}"`);
}

/** @param harmless what Pulumi says where it is done already */
async function pulumi(
  { stage }: RolloutWorld,
  { runPulumi }: CutOverPorts,
  words: readonly string[],
  harmless: string,
): Promise<void> {
  const result = await runPulumi([...words, "--stack", stage]).catch((error: unknown) => {
    throw explainPulumi(stage, words, error);
  });
  if (result.exitCode === 0 || `${result.stdout}${result.stderr}`.includes(harmless)) return;
  throw explainPulumi(stage, words, result);
}

/** @returns whether the file had to be changed */
async function writePendingHosts({ world, host, back }: CutOver): Promise<boolean> {
  const { stackFile, stage } = world;
  const { pendingHosts } = stackFile.readConfig().dns;
  const wanted = publicHosts.filter((one) => (one === host ? back : pendingHosts.includes(one)));
  if (wanted.length === pendingHosts.length) return false;
  const text = await stackFile.read();
  const value = wanted.length === 0 ? undefined : wanted;
  const settings = [{ path: ["dns", "pendingHosts"], value }];
  await stackFile.write(setSettings(stage, { name: stackFile.name, text }, settings, stackFile.readStaging()).text);
  return true;
}

/** Seconds that Cloudflare publishes for a record whose time to live it chooses itself. */
const automaticTtlSeconds = 300;

function ended(move: CutOver, { dns }: Evidence, isWritten: boolean, evidencePath: string): CommandOutcome {
  const { world, host, back, it, after } = move;
  const { stage, stackFile } = world;
  const before = dns?.before ?? [];
  const ttl = Math.max(
    0,
    ...before.map(({ ttlSeconds, proxied }) => (proxied || ttlSeconds === 1 ? automaticTtlSeconds : ttlSeconds)),
  );
  const lines = [
    `${it.name} leads to ${shownRecords(after)}. Before: ${shownRecords(before)}.`,
    ...(ttl === 0
      ? []
      : [`Resolvers may keep the old answer for ${ttl} s. Keep what was there before running until then, and longer.`]),
    `${stackFile.name} ${isWritten ? "is changed" : "says so already"}: ${projectName}:dns.pendingHosts ${back ? "names" : "no longer names"} ${host}.`,
    `Now: npx pulumi up --stack ${stage}. It changes nothing of the host. Then commit ${stackFile.name} and ${evidencePath}.`,
    ...(back ? [] : [`To move it back: npm run rollout -- cut-over --stage ${stage} --host ${host} --back`]),
  ];
  return { exitCode: 0, text: lines.join("\n"), json: { outcome: "done", host: it.name, before, after, evidencePath } };
}
