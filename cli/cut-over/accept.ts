import { isDeepStrictEqual } from "node:util";
import type { PublicHost } from "../../infra/config/schema/platform.ts";
import { isOwn } from "../../infra/public-hosts.ts";
import { parseStageAddresses } from "../../infra/stack-outputs.ts";
import { parseRecord, type RolloutRecord } from "../../rollout/record.ts";
import { type CloudflarePorts, tokenVariable, type ZoneRecord } from "../cloudflare.ts";
import { RefusedError } from "../outcome.ts";
import type { ProcessResult } from "../process.ts";
import type { RolloutWorld } from "../world.ts";
import { frontendProblems } from "./frontend-ready.ts";
import { type HostOfStage, hostOfStage, leadingRecords, leadsHere, shownRecords } from "./stage-records.ts";

/** What a cut-over works with besides the world. */
export interface CutOverPorts extends CloudflarePorts {
  /** Runs the Pulumi CLI with these words and the stack. */
  readonly runPulumi: (words: readonly string[]) => Promise<ProcessResult>;
}

/** What is asked for. */
export interface AskedCutOver {
  readonly host: PublicHost;
  /** Whether the host goes back to where it led before its cut-over. */
  readonly back: boolean;
  readonly reason: string | undefined;
  readonly dryRun: boolean;
}

/** A cut-over that the rules have let through. */
export interface CutOver extends AskedCutOver {
  readonly world: RolloutWorld;
  readonly ports: CutOverPorts;
  readonly it: HostOfStage;
  readonly record: RolloutRecord;
  readonly before: readonly ZoneRecord[];
  readonly after: readonly Omit<ZoneRecord, "id">[];
}

/**
 * Asks everything that a cut-over depends on.
 *
 * @throws {RefusedError} naming every reason why not; nothing was changed
 */
export async function accept(world: RolloutWorld, asked: AskedCutOver, ports: CutOverPorts): Promise<CutOver> {
  const { host, back } = asked;
  const { stage } = world;
  const config = world.stackFile.readConfig();
  const outputs = await world.pulumi.outputs();
  const record = parseRecord(outputs.rollout);
  if (record === null)
    throw new RefusedError(titleOf(asked), [
      `No update of ${stage} has finished yet. Run npx pulumi up --stack ${stage} first.`,
    ]);
  if ((ports.environment[tokenVariable] ?? "") === "") {
    throw new RefusedError(titleOf(asked), [
      `${tokenVariable} is not set. Set it to a token with DNS:Edit for the zone ${config.dns.zone}.`,
    ]);
  }
  const it = hostOfStage(stage, host, config, outputs);
  const before = await leadingRecords(ports, it);
  if (back)
    return { ...asked, world, ports, it, record, before, after: await recordsOfBefore(world, asked, it, before) };
  const problems: string[] = [];
  if (!config.dns.pendingHosts.includes(host) && !leadsHere(before, it)) {
    problems.push(
      `dns.pendingHosts of ${world.stackFile.name} does not name ${host}, so the update itself makes its record. Add it there if the host leads to another site: npm run rollout -- set --stage ${stage} dns.pendingHosts "[${[...config.dns.pendingHosts, host].join(", ")}]"`,
    );
  }
  if (record.weightPercent > 0) {
    problems.push(
      `The candidate has ${record.weightPercent} % of the public traffic. A host is moved at weight 0, so that its visitors meet one release. Promote, or run npm run rollout -- rollback --stage ${stage}.`,
    );
  }
  if (host === "api") {
    const aws = world.openAws(parseStageAddresses(stage, outputs));
    const { healthy } = await aws.readTargets(record.liveColour);
    const { minTasks } = config.api;
    if (healthy < minTasks) {
      problems.push(
        `${record.liveColour}, which is live, has ${healthy} healthy tasks, and ${minTasks} are needed (api.minTasks). Visitors would get errors. Look at the service: npm run rollout -- status --stage ${stage}`,
      );
    }
  } else problems.push(...(await frontendProblems(world, config.frontend)));
  if (problems.length > 0) throw new RefusedError(titleOf(asked), problems);
  return { ...asked, world, ports, it, record, before, after: [it.wanted] };
}

function titleOf({ host, back }: AskedCutOver): string {
  return back ? `Moving ${host} back` : `The cut-over of ${host}`;
}

/** The records that the last cut-over of a host replaced. */
async function recordsOfBefore(
  { evidence, stage }: RolloutWorld,
  asked: AskedCutOver,
  it: HostOfStage,
  now: readonly ZoneRecord[],
): Promise<readonly Omit<ZoneRecord, "id">[]> {
  const replaced = (await evidence.list()).flatMap(({ action, dns }) =>
    action === "cut-over" && dns?.host === asked.host && !isOwn(dns.before, it.wanted) ? [dns.before] : [],
  );
  const records = replaced.at(-1) ?? [];
  if (records.length === 0) {
    throw new RefusedError(titleOf(asked), [
      `evidence/${stage} holds no cut-over of ${asked.host} that replaced a record, so nobody knows where ${it.name} led before. Write the records at Cloudflare by hand.`,
    ]);
  }
  const before = records.map(({ type, content, proxied, ttlSeconds }) => ({
    type,
    name: it.name,
    content,
    proxied,
    ttl: ttlSeconds,
  }));
  if (!leadsHere(now, it) && !leads(now, before)) {
    throw new RefusedError(titleOf(asked), [
      `${it.name} leads to ${shownRecords(now)}, which is neither this stage nor what the cut-over replaced. Somebody has changed it since. Write the records at Cloudflare by hand.`,
    ]);
  }
  return before;
}

/** Whether these records lead where those do. */
export function leads(records: readonly Omit<ZoneRecord, "id">[], wanted: readonly Omit<ZoneRecord, "id">[]): boolean {
  const shown = (list: typeof wanted) =>
    list.map(({ type, content, proxied }) => `${type} ${content.replace(/\.$/, "").toLowerCase()} ${proxied}`).sort();
  return isDeepStrictEqual(shown(records), shown(wanted));
}
