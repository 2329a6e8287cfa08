import { DnsRecord } from "@pulumi/cloudflare/dnsRecord.js";
import * as pulumi from "@pulumi/pulumi";
import { checkRecordRequest } from "./check-record-request.ts";
import type { DnsRecordRequest } from "./dns-record-request.ts";
import { caaData, txtContent, withoutTrailingDot } from "./record-content.ts";

/** Cloudflare's way to say that it chooses the time to live. */
const automaticTtl = 1;

/**
 * Creates one record at Cloudflare, named `<name>-<key>`.
 *
 * @throws {RangeError} when the request breaks a rule of its record type
 */
export function createDnsRecord(
  name: string,
  zoneId: pulumi.Input<string>,
  request: DnsRecordRequest,
  opts: pulumi.CustomResourceOptions,
): DnsRecord {
  checkRecordRequest(request);
  return new DnsRecord(
    `${name}-${request.key}`,
    {
      zoneId,
      name: mapped(request.name, withoutTrailingDot),
      type: request.type,
      ...contentOf(request),
      priority: request.priority,
      proxied: request.proxied ?? false,
      ttl: request.ttlSeconds ?? automaticTtl,
      comment: request.comment,
    },
    opts,
  );
}

function contentOf({ type, content }: DnsRecordRequest) {
  if (type === "CAA") return { data: mapped(content, caaData) };
  return { content: mapped(content, type === "TXT" ? txtContent : withoutTrailingDot) };
}

/** A plain value is mapped at once, so that a refusal names the component that asked for the record. */
function mapped<T>(value: pulumi.Input<string>, map: (text: string) => T): T | pulumi.Output<T> {
  return typeof value === "string" ? map(value) : pulumi.output(value).apply(map);
}
