import type { DnsRecordRequest } from "./dns-record-request.ts";

/** Limits of Cloudflare's DNS API, "DNS Records". */
const ttlSecondsRange = { minimum: 60, maximum: 86_400 } as const;
const longestComment = 100;

/**
 * Refuses a request that Cloudflare would refuse, or would take for something else.
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
      `DNS record ${key} is proxied and has ttlSeconds ${ttlSeconds}. A proxied record's time to live is Cloudflare's: leave ttlSeconds out.`,
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
