import type { ConfigRule } from "./config-rule.ts";
import { isForeignZone, isInZone } from "./hosts.ts";

/** Mail is sent from a domain whose DKIM, SPF and DMARC records can be made: one in the zone (guide T4). */
export const mailDomain: ConfigRule = (config) => {
  const zone = config.dns?.zone;
  const domain = config.mail?.domain;
  if (zone === undefined || domain === undefined || isInZone(domain, zone) || isForeignZone(config)) return [];
  const rule = `a domain in dns.zone, ${zone}: its DKIM, SPF and DMARC records are made there`;
  return [{ path: ["mail", "domain"], rule, fix: { set: zone } }];
};
