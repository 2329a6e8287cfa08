import { andList } from "../schema/primitives.ts";
import type { Breach, ConfigRule, ReadableConfig } from "./readable-config.ts";

/** The availability zones are different ones of the configured region. */
const availabilityZones: ConfigRule = ({ aws }) => {
  const names = aws?.availabilityZones ?? [];
  const region = aws?.region;
  const regions = new Set(names.flatMap((zone) => (zone === undefined ? [] : zone.slice(0, -1))));
  const [otherRegion] = regions;
  if (region === undefined || otherRegion === undefined) return [];
  if (regions.size === 1 && otherRegion !== region) {
    const rule = "must be the region of aws.availabilityZones";
    return [{ path: ["aws", "region"], rule, fix: { set: otherRegion } }];
  }
  return names.flatMap((zone, index): readonly Breach[] => {
    const path = ["aws", "availabilityZones", index];
    if (zone === undefined) return [];
    if (zone.slice(0, -1) !== region) {
      const fix = { set: `${region}${zone.slice(-1)}` };
      return [{ path, rule: `must be a zone of aws.region, ${region}`, fix }];
    }
    if (names.indexOf(zone) === index) return [];
    return [{ path, rule: "must differ from the zones before it in the list", fix: { choose: "value" } }];
  });
};

const hostKeys = ["api", "candidateApi", "frontend"] as const;

/** Every host is a name in the DNS zone that holds the records. */
const hostsInZone: ConfigRule = (config) => {
  const zone = config.dns?.zone;
  if (zone === undefined) return [];
  if (isForeignZone(config)) {
    return [
      {
        path: ["dns", "zone"],
        rule: "must be the DNS zone that contains the names in hosts",
        fix: { choose: "value" },
      },
    ];
  }
  return hostKeys.flatMap((key) => {
    const name = config.hosts?.[key];
    if (name === undefined || isInZone(name, zone)) return [];
    const rule = `must be a name in dns.zone, ${zone}, where its DNS record is created`;
    return [{ path: ["hosts", key], rule, fix: { set: `${name.split(".")[0]}.${zone}` } }];
  });
};

function isInZone(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** Whether none of the hosts is in the zone. Then the zone is wrong, and not each host. */
function isForeignZone({ hosts, dns }: ReadableConfig): boolean {
  const zone = dns?.zone;
  const names = hostKeys.flatMap((key) => hosts?.[key] ?? []);
  return zone !== undefined && names.length > 1 && names.every((name) => !isInZone(name, zone));
}

/** No two hosts have the same name. */
const differentHosts: ConfigRule = ({ hosts }) =>
  hostKeys.flatMap((key, index) => {
    const earlier = hostKeys.slice(0, index).find((other) => hosts?.[other] === hosts?.[key]);
    if (earlier === undefined || hosts?.[key] === undefined) return [];
    return [{ path: ["hosts", key], rule: `must differ from hosts.${earlier}`, fix: { choose: "value" } }];
  });

/**
 * A proxied record answers with Cloudflare's certificate. The one that comes with a zone covers the zone and a single label
 * below it (Cloudflare documentation, "Universal SSL: Limitations"). A deeper host would fail its TLS handshake.
 */
const proxiedHosts: ConfigRule = ({ hosts, dns }) => {
  const zone = dns?.zone;
  if (dns?.proxied !== true || zone === undefined) return [];
  const deep = (["api", "candidateApi"] as const).filter((key) => {
    const name = hosts?.[key];
    return name !== undefined && isInZone(name, zone) && name.split(".").length > zone.split(".").length + 1;
  });
  if (deep.length === 0) return [];
  const named = andList(deep.map((key) => `hosts.${key}`));
  const rule = `must be false for ${named}: Cloudflare's certificate covers only one label below ${zone}`;
  return [{ path: ["dns", "proxied"], rule, fix: { set: false } }];
};

/** Cloudflare presents a certificate only for what goes through it. Everybody else who connects has none. */
const proxiedOriginPulls: ConfigRule = ({ dns }) => {
  const mode = dns?.originPulls?.mode;
  if (mode === undefined || mode === "off" || dns?.proxied !== false) return [];
  const rule = "must be off while dns.proxied is false: nobody but Cloudflare has the certificate";
  return [{ path: ["dns", "originPulls", "mode"], rule, fix: { set: "off" } }];
};

/** The load balancer trusts what Cloudflare presents. */
const presentedAuthority: ConfigRule = ({ dns }) => {
  const { authorities = [], presented } = dns?.originPulls ?? {};
  const repeated = authorities.flatMap((one, index): readonly Breach[] => {
    if (one === undefined || authorities.indexOf(one) === index) return [];
    const path = ["dns", "originPulls", "authorities", index];
    return [{ path, rule: "must differ from the authorities before it in the list", fix: { remove: true } }];
  });
  const known = authorities.filter((one) => one !== undefined);
  const [first] = known;
  if (presented === undefined || first === undefined || known.length < authorities.length) return repeated;
  if (known.includes(presented)) return repeated;
  const rule = `must be one of dns.originPulls.authorities, ${andList(known)}: the load balancer refuses any other`;
  return [...repeated, { path: ["dns", "originPulls", "presented"], rule, fix: { set: first } }];
};

/** Two stacks that set the same zone would undo each other's changes. */
const zoneOwner: ConfigRule = ({ dns }, stage) => {
  if (stage === "production" || dns?.managesZone !== true) return [];
  const rule = "must be false in staging: production shares the zone and sets it";
  return [{ path: ["dns", "managesZone"], rule, fix: { set: false } }];
};

/** Mail is sent from a domain in the zone, because its DKIM, SPF and DMARC records are created there (guide T4). */
const mailDomain: ConfigRule = (config) => {
  const zone = config.dns?.zone;
  const domain = config.mail?.domain;
  if (zone === undefined || domain === undefined || isInZone(domain, zone) || isForeignZone(config)) return [];
  const rule = `must be a domain in dns.zone, ${zone}, where its DKIM, SPF and DMARC records are created`;
  return [{ path: ["mail", "domain"], rule, fix: { set: zone } }];
};

/** A chat is a channel of Slack or of Teams, or of both. */
const chatIsNamed: ConfigRule = ({ alerts }) => {
  const chat = alerts?.chat;
  if (chat === undefined || "slack" in chat || "teams" in chat) return [];
  const rule = "must have slack or teams: without either no chat shows anything";
  return [{ path: ["alerts", "chat"], rule, fix: { remove: true } }];
};

/** What holds between region, zones and host names, and for chats. */
export const platformRules: readonly ConfigRule[] = [
  chatIsNamed,
  availabilityZones,
  hostsInZone,
  differentHosts,
  proxiedHosts,
  proxiedOriginPulls,
  presentedAuthority,
  zoneOwner,
  mailDomain,
];
