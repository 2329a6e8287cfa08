import { z } from "zod";
import { projectName } from "../../infra/config/config-keys.ts";
import type { PublicHost } from "../../infra/config/schema/platform.ts";
import type { Stage, StageConfig } from "../../infra/config/schema/stage-config.ts";
import { stageName } from "../../infra/naming.ts";
import { isOwn, leadingTypes, wantedRecord } from "../../infra/public-hosts.ts";
import { type RecordedOutputs, stackOutputsSchema } from "../../infra/stack-outputs.ts";
import { type CloudflarePorts, readRecords, type ZoneRecord } from "../cloudflare.ts";

/** A public host of a stage, and the record that leads it to the stage. */
export interface HostOfStage {
  readonly host: PublicHost;
  /** The host itself, such as `api.celebrant-portal.com`. */
  readonly name: string;
  readonly zoneId: string;
  readonly wanted: Omit<ZoneRecord, "id">;
}

/** Cloudflare's value for a time to live that it chooses itself. */
const automaticTtl = 1;

/**
 * What a host's record has to be, from what the last update left.
 *
 * @throws {Error} where the last update left too little
 */
export function hostOfStage(
  stage: Stage,
  host: PublicHost,
  config: StageConfig,
  outputs: RecordedOutputs,
): HostOfStage {
  const { loadBalancerDnsName, dnsZone } = z
    .object({
      loadBalancerDnsName: stackOutputsSchema.shape.loadBalancerDnsName.catch(undefined),
      dnsZone: stackOutputsSchema.shape.dnsZone.optional().catch(undefined),
    })
    .parse(outputs);
  const record = wantedRecord(host, config, loadBalancerDnsName);
  if (record === undefined || dnsZone === undefined) {
    throw new Error(
      `The outputs of the stack ${stage} do not name its load balancer and its zone. Run npx pulumi up --stack ${stage} with the config that is deployed, which writes them.`,
    );
  }
  const { name, type, content, proxied } = record;
  const comment = "comment" in record ? { comment: record.comment } : {};
  return { host, name, zoneId: dnsZone.id, wanted: { type, name, content, proxied, ttl: automaticTtl, ...comment } };
}

/** The records that lead a host somewhere now. */
export async function leadingRecords(
  ports: CloudflarePorts,
  { zoneId, name }: HostOfStage,
): Promise<readonly ZoneRecord[]> {
  return (await readRecords(ports, zoneId, name)).filter(({ type }) => leadingTypes.includes(type));
}

/** Whether a host leads to the stage and nowhere else. */
export function leadsHere(records: readonly ZoneRecord[], { wanted }: HostOfStage): boolean {
  return isOwn(records, wanted);
}

/** Records as people read them. */
export function shownRecords(records: readonly Pick<ZoneRecord, "type" | "content" | "proxied">[]): string {
  if (records.length === 0) return "nothing";
  return records.map(({ type, content, proxied }) => `${content} (${type}${proxied ? ", proxied" : ""})`).join(", ");
}

const recordType = "cloudflare:index/dnsRecord:DnsRecord";
const parentType = "celebrant:dns:DnsRecords";

/** How Pulumi's state knows a host's record (components/dns): by these words it is imported, and forgotten. */
export function recordInState(stage: Stage, host: PublicHost) {
  const logicalName = `${stageName(stage)}-${host}`;
  const urn = `urn:pulumi:${stage}::${projectName}::`;
  return {
    type: recordType,
    logicalName,
    parentUrn: `${urn}${parentType}::${stageName(stage)}`,
    urn: `${urn}${parentType}$${recordType}::${logicalName}`,
  };
}
