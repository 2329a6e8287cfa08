import type * as pulumi from "@pulumi/pulumi";

/** The record types that the stack writes. */
type DnsRecordType = "A" | "AAAA" | "CNAME" | "MX" | "TXT" | "CAA";

/**
 * A DNS record that a component needs. Components return these instead of creating records, so that one place,
 * `DnsRecords`, knows the zone and its provider.
 */
export interface DnsRecordRequest {
  /** Part of the record's logical name: plain, unique within the stack, in kebab-case. Changing it replaces the record. */
  readonly key: string;
  /** Fully qualified name; a trailing dot is allowed and dropped. */
  readonly name: pulumi.Input<string>;
  readonly type: DnsRecordType;
  /**
   * The value: an address, a host name, the text of a TXT record without quotes, or `0 issue "amazon.com"` for CAA.
   */
  readonly content: pulumi.Input<string>;
  /** Preference of an MX record, and of no other. */
  readonly priority?: number;
  /** Whether traffic goes through Cloudflare; A, AAAA and CNAME records only. Default false. */
  readonly proxied?: boolean;
  /** Time to live, 60 to 86400 seconds. Default: chosen by Cloudflare, 300 seconds. A proxied record has no other. */
  readonly ttlSeconds?: number;
  /** Why the record exists, shown in Cloudflare's dashboard. At most 100 characters, the limit of its Free plan. */
  readonly comment?: string;
}
