import type { ConfigRule } from "./config-rule.ts";
import { isInZone } from "./hosts.ts";

/**
 * A proxied record answers with Cloudflare's certificate, and the one that comes with a zone covers the zone and a single
 * label below it (Cloudflare documentation, "Universal SSL: Limitations"). A deeper host would fail its TLS handshake.
 */
export const proxiedHosts: ConfigRule = ({ hosts, dns }) => {
  const zone = dns?.zone;
  if (dns?.proxied !== true || zone === undefined) return [];
  const deep = (["api", "candidateApi"] as const).filter((key) => {
    const name = hosts?.[key];
    return name !== undefined && isInZone(name, zone) && name.split(".").length > zone.split(".").length + 1;
  });
  if (deep.length === 0) return [];
  const named = deep.map((key) => `hosts.${key}`).join(" and ");
  const verb = deep.length === 1 ? "lies" : "lie";
  const rule = `${named} ${verb} deeper than one label below ${zone}, where Cloudflare's certificate does not reach`;
  return [{ path: ["dns", "proxied"], rule, fix: { set: false } }];
};
