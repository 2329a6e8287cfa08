import { getDnsRecords } from "@pulumi/cloudflare/getDnsRecords.js";
import * as pulumi from "@pulumi/pulumi";
import { type PublicHost, publicHosts } from "./config/schema/platform.ts";
import { andList } from "./config/schema/primitives.ts";
import type { Stage } from "./config/schema/stage-config.ts";
import { failureText, takeBackHint } from "./messages.ts";
import { type FoundRecord, type HostsConfig, isOwn, leadingTypes, wantedRecord } from "./public-hosts.ts";
import { type RecordedOutputs, stackOutputsSchema } from "./stack-outputs.ts";

/** An update, and what it finds. */
export interface PublicRecordsRequest {
  readonly config: HostsConfig;
  /** What the last update left; none on a stack's first deployment. */
  readonly outputs: RecordedOutputs;
  readonly isDeployed: boolean;
  readonly zoneId: string;
  readonly stage: Stage;
}

/**
 * Refuses an update that would point a live site at this stack, or delete the record of a host that leads here.
 *
 * Cloudflare is asked only where the planned public records are others than the last update's. A host that has records of
 * another site is moved by `cut-over` alone, which asks for healthy tasks, keeps what was there, and leaves no moment
 * without a record.
 *
 * @returns the public hosts whose records this update plans
 * @throws {pulumi.RunError} naming each host, what leads it where, and what to do
 */
export async function judgePublicRecords(request: PublicRecordsRequest): Promise<PublicHost[]> {
  const { config, outputs, isDeployed, stage } = request;
  const { pendingHosts } = config.dns;
  const planned = publicHosts.filter((host) => !pendingHosts.includes(host));
  const left = stackOutputsSchema.shape.dnsHosts.safeParse(outputs.dnsHosts).data ?? (isDeployed ? publicHosts : []);
  const problems = await Promise.all([
    ...planned.filter((host) => !left.includes(host)).map((host) => refuseNew(request, host)),
    ...left.filter((host) => pendingHosts.includes(host)).map((host) => refuseDropped(request, host)),
  ]);
  const found = problems.filter((problem) => problem !== undefined);
  if (found.length === 0) return planned;
  const heading = "The update is refused before it changes a DNS record of a public host. Nothing was changed.";
  throw new pulumi.RunError([heading, ...found.map((problem) => `- ${problem}`), takeBackHint(stage)].join("\n"));
}

async function refuseNew(request: PublicRecordsRequest, host: PublicHost): Promise<string | undefined> {
  const { config, stage, isDeployed } = request;
  const records = await read(request, host);
  if (typeof records === "string") return records;
  if (records.length === 0 || (isDeployed && isOwn(records, wantedOf(request, host)))) return undefined;
  const pending = publicHosts.filter((one) => one === host || config.dns.pendingHosts.includes(one));
  return `${config.hosts[host]} leads to ${shown(records)}, which is not this stack's. Keep it for now: npm run rollout -- set --stage ${stage} dns.pendingHosts "[${pending.join(", ")}]". When the stage has healthy tasks, move it: npm run rollout -- cut-over --stage ${stage} --host ${host}`;
}

async function refuseDropped(request: PublicRecordsRequest, host: PublicHost): Promise<string | undefined> {
  const { config, stage } = request;
  const records = await read(request, host);
  if (typeof records === "string") return records;
  if (!isOwn(records, wantedOf(request, host))) return undefined;
  return `${config.hosts[host]} leads to this stack, and dns.pendingHosts now says that it does not: the update would delete its record, and visitors would find nothing. Take ${host} out of dns.pendingHosts, or move the host back to where it led before: npm run rollout -- cut-over --stage ${stage} --host ${host} --back`;
}

function wantedOf({ config, outputs }: PublicRecordsRequest, host: PublicHost) {
  const name = stackOutputsSchema.shape.loadBalancerDnsName.safeParse(outputs.loadBalancerDnsName).data;
  return wantedRecord(host, config, name);
}

/** @returns the records, or why they cannot be read */
async function read(
  { config, zoneId }: PublicRecordsRequest,
  host: PublicHost,
): Promise<readonly FoundRecord[] | string> {
  const name = config.hosts[host];
  try {
    const { results = [] } = await getDnsRecords({ zoneId, name: { exact: name } });
    return results.filter(({ type }) => leadingTypes.includes(type));
  } catch (error) {
    return `The DNS records of ${name} cannot be read: ${failureText(error)}. Let CLOUDFLARE_API_TOKEN read the zone's records, and run this command again`;
  }
}

function shown(records: readonly FoundRecord[]): string {
  return andList(records.map(({ type, content }) => `${content} (${type})`));
}
