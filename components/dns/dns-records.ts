import * as pulumi from "@pulumi/pulumi";
import { createDnsRecord } from "./create-dns-record.ts";
import type { DnsRecordRequest } from "./dns-record-request.ts";

/** What `DnsRecords` needs. */
export interface DnsRecordsArgs {
  /** Id of the Cloudflare zone. Changing it replaces every record. */
  readonly zoneId: pulumi.Input<string>;
  /** The records, from all components. Their number and keys are plain. */
  readonly records: readonly DnsRecordRequest[];
}

/** The stack's records in the Cloudflare zone. The token comes from the provider's environment, `CLOUDFLARE_API_TOKEN`. */
export class DnsRecords extends pulumi.ComponentResource {
  /** @throws {RangeError} when two records share a key or a record breaks a rule of its type */
  constructor(name: string, args: DnsRecordsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:dns:DnsRecords", name, {}, opts);
    checkKeysAreUnique(args.records);

    for (const request of args.records) createDnsRecord(name, args.zoneId, request, { parent: this });
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
