/** Where Vercel serves custom domains (Vercel, "Setting up a custom domain"): one for the apex, one for all below it. */
const vercel = { apexAddress: "76.76.21.21", subdomainTarget: "cname.vercel-dns-0.com" } as const;

/** A host, and the DNS zone that holds it. */
interface FrontendHost {
  readonly host: string;
  readonly zone: string;
}

/**
 * The record that points the frontend's host at Vercel. It is never proxied. Vercel must see the visitor to issue the
 * certificate and to keep a visitor in one stage of a rolling release.
 *
 * @throws {RangeError} when the host lies outside the zone
 */
export function frontendRecord({ host, zone }: FrontendHost) {
  const shared = { key: "frontend", name: host, proxied: false, comment: "Frontend at Vercel" } as const;
  if (host === zone) return { ...shared, type: "A", content: vercel.apexAddress } as const;
  if (host.endsWith(`.${zone}`)) return { ...shared, type: "CNAME", content: vercel.subdomainTarget } as const;
  throw new RangeError(`host is ${host}, which does not lie in the zone ${zone}. Choose a host in it.`);
}
