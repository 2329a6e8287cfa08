import type { DnsRecordRequest } from "../dns/dns-record-request.ts";

/** Where Vercel serves custom domains (Vercel, "Setting up a custom domain"): one for the apex, one for everything below. */
const vercel = { apexAddress: "76.76.21.21", subdomainTarget: "cname.vercel-dns-0.com" } as const;

/**
 * The record that points the frontend's host at Vercel. It is never proxied: Vercel must see the visitor to issue the
 * certificate and to keep a visitor in one stage of a rolling release.
 *
 * @param host host of the frontend, the zone itself or a name in it
 * @param zone name of the DNS zone
 * @throws {RangeError} when the host lies outside the zone
 */
export function frontendDnsRecord(host: string, zone: string): DnsRecordRequest {
  const shared = { key: "frontend", name: host, proxied: false, comment: "Frontend at Vercel" };
  if (host === zone) return { ...shared, type: "A", content: vercel.apexAddress };
  if (host.endsWith(`.${zone}`)) return { ...shared, type: "CNAME", content: vercel.subdomainTarget };
  throw new RangeError(`host is ${host}, which does not lie in the zone ${zone}. Choose a host in it.`);
}
