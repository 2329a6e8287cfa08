import { DnsRecord } from "@pulumi/cloudflare/dnsRecord.js";
import * as pulumi from "@pulumi/pulumi";
import type { UntaggedScope } from "../scope.ts";
import { checkRecordRequest, type DnsRecordRequest, txtContent, withoutTrailingDot } from "./dns-record-request.ts";

/** What `DnsRecords` needs. */
export interface DnsRecordsArgs {
  /** Id of the Cloudflare zone. Changing it replaces every record. */
  readonly zoneId: pulumi.Input<string>;
  /** The records, from all components. Their number and keys are plain. */
  readonly records: readonly DnsRecordRequest[];
}

/**
 * The stack's records in the Cloudflare zone. The provider reads its token from the environment,
 * `CLOUDFLARE_API_TOKEN`.
 */
export class DnsRecords extends pulumi.ComponentResource {
  /** @throws {RangeError} when two records share a key or a record breaks a rule of its type */
  constructor(name: string, args: DnsRecordsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:dns:DnsRecords", name, {}, opts);
    checkKeysAreUnique(args.records);

    const scope: UntaggedScope = { name, parent: this };
    for (const request of args.records) createDnsRecord(scope, { ...request, zoneId: args.zoneId });
    this.registerOutputs();
  }
}

function checkKeysAreUnique(records: readonly DnsRecordRequest[]): void {
  const keys = records.map(({ key }) => key);
  const repeated = keys.find((key, index) => keys.indexOf(key) !== index);
  if (repeated !== undefined) {
    throw new RangeError(`Two DNS records have the key ${repeated}. A key names one record: give each its own.`);
  }
}

/** Cloudflare's value for a time to live that it chooses itself. */
const automaticTtl = 1;

/** A record, and the zone that it belongs to. */
export interface DnsRecordArgs extends DnsRecordRequest {
  /** Id of the Cloudflare zone. */
  readonly zoneId: pulumi.Input<string>;
}

/**
 * Creates one record at Cloudflare, named `<name>-<key>`.
 *
 * @throws {RangeError} when the request breaks a rule of its record type
 */
export function createDnsRecord({ name, parent }: UntaggedScope, args: DnsRecordArgs): DnsRecord {
  checkRecordRequest(args);
  return new DnsRecord(
    `${name}-${args.key}`,
    {
      zoneId: args.zoneId,
      name: mapped(args.name, withoutTrailingDot),
      type: args.type,
      content: mapped(args.content, args.type === "TXT" ? txtContent : withoutTrailingDot),
      priority: args.priority,
      proxied: args.proxied ?? false,
      ttl: args.ttlSeconds ?? automaticTtl,
      comment: args.comment,
    },
    { parent },
  );
}

/** Maps a plain value at once, so that a refusal names the component that asked for the record. */
function mapped(value: pulumi.Input<string>, map: (text: string) => string): pulumi.Input<string> {
  return typeof value === "string" ? map(value) : pulumi.output(value).apply(map);
}
