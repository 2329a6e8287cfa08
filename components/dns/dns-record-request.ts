import type * as pulumi from "@pulumi/pulumi";

/** The record types that the stack writes. */
type DnsRecordType = "A" | "AAAA" | "CNAME" | "MX" | "TXT";

/**
 * A DNS record that a component needs. Components return requests and create no record, so that only `DnsRecords` knows
 * the zone and its provider.
 */
export interface DnsRecordRequest {
  /** Part of the record's logical name: plain, unique in the stack, in kebab-case. Changing it replaces the record. */
  readonly key: string;
  /** Fully qualified name. A trailing dot is allowed and dropped. */
  readonly name: pulumi.Input<string>;
  readonly type: DnsRecordType;
  /** The value: an address, a host name, or the text of a TXT record without quotes. */
  readonly content: pulumi.Input<string>;
  /** Preference of an MX record. Other types have none. */
  readonly priority?: number;
  /** Whether traffic goes through Cloudflare. A, AAAA and CNAME records only. Default false. */
  readonly proxied?: boolean;
  /** Time to live, 60 to 86400 seconds. Default: Cloudflare chooses, 300 seconds. Proxied records take the default only. */
  readonly ttlSeconds?: number;
  /** Why the record exists, for readers of Cloudflare's dashboard. At most 100 characters, the limit of its Free plan. */
  readonly comment?: string;
}

/** Limits of Cloudflare's DNS API, "DNS Records". */
const ttlSecondsRange = { minimum: 60, maximum: 86_400 } as const;
const longestComment = 100;

/**
 * Refuses a request that Cloudflare would refuse or misread.
 *
 * @throws {RangeError} naming the record, the value and the rule
 */
export function checkRecordRequest(request: DnsRecordRequest): void {
  const { key, type, priority, proxied = false, ttlSeconds, comment } = request;
  if ((type === "MX") !== (priority !== undefined)) {
    const given = priority === undefined ? "no priority" : `priority ${priority}`;
    throw new RangeError(`DNS record ${key} of type ${type} has ${given}. MX records have one and no others do.`);
  }
  if (proxied && type !== "A" && type !== "AAAA" && type !== "CNAME") {
    throw new RangeError(
      `DNS record ${key} of type ${type} is proxied. Cloudflare proxies A, AAAA and CNAME only: leave proxied out.`,
    );
  }
  if (proxied && ttlSeconds !== undefined) {
    throw new RangeError(
      `DNS record ${key} is proxied and has ttlSeconds ${ttlSeconds}. Cloudflare sets the time to live of a proxied record: leave ttlSeconds out.`,
    );
  }
  const { minimum, maximum } = ttlSecondsRange;
  if (ttlSeconds !== undefined && !(ttlSeconds >= minimum && ttlSeconds <= maximum)) {
    throw new RangeError(
      `DNS record ${key} has ttlSeconds ${ttlSeconds}. Cloudflare takes ${minimum} to ${maximum} seconds.`,
    );
  }
  if (comment !== undefined && comment.length > longestComment) {
    throw new RangeError(
      `DNS record ${key} has a comment of ${comment.length} characters. Cloudflare takes ${longestComment}: shorten it.`,
    );
  }
}

/** A name as Cloudflare stores it: without the dot that ends a fully qualified name in a zone file. */
export function withoutTrailingDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}

/** The longest character string of a TXT record, in bytes (RFC 1035, section 3.3). */
const longestString = 255;

/**
 * The content of a TXT record as Cloudflare stores it: quoted strings of at most 255 bytes. Cloudflare quotes and splits
 * any other form itself, and then every later preview shows a difference.
 *
 * @param text printable ASCII without `"` and `\`, which is all that SPF, DKIM, DMARC and ownership proofs use
 * @throws {RangeError} for any other text
 */
export function txtContent(text: string): string {
  if (!/^[\x20-\x7e]+$/.test(text) || /["\\]/.test(text)) {
    throw new RangeError(
      `TXT content ${JSON.stringify(text)} holds something other than printable ASCII without " and \\. Give the bare text: quotes are added here.`,
    );
  }
  const strings = text.match(new RegExp(`.{1,${longestString}}`, "g")) ?? [];
  return strings.map((string) => `"${string}"`).join(" ");
}
