import type { Breach, ConfigRule, ReadableConfig } from "./config-rule.ts";

const hostKeys = ["api", "candidateApi", "frontend"] as const;

/** Every host lies in the zone that holds the records, and no two are the same. */
export const hosts: ConfigRule = (config) => [...outsideZone(config), ...repeated(config)];

/** Whether a name is the zone or lies under it. */
export function isInZone(name: string, zone: string): boolean {
  return name === zone || name.endsWith(`.${zone}`);
}

/** Whether none of the hosts lies in the zone: then it is the zone that is wrong. */
export function isForeignZone({ hosts: names, dns }: ReadableConfig): boolean {
  const zone = dns?.zone;
  const read = hostKeys.flatMap((key) => names?.[key] ?? []);
  return zone !== undefined && read.length > 1 && read.every((name) => !isInZone(name, zone));
}

function outsideZone(config: ReadableConfig): readonly Breach[] {
  const zone = config.dns?.zone;
  if (zone === undefined) return [];
  if (isForeignZone(config)) {
    return [{ path: ["dns", "zone"], rule: "the zone that every one of hosts lies in", fix: { choose: "value" } }];
  }
  return hostKeys.flatMap((key) => {
    const name = config.hosts?.[key];
    if (name === undefined || isInZone(name, zone)) return [];
    const fix = { set: `${name.split(".")[0]}.${zone}` };
    return [{ path: ["hosts", key], rule: `a name in dns.zone, ${zone}: its record is made there`, fix }];
  });
}

function repeated({ hosts: names }: ReadableConfig): readonly Breach[] {
  return hostKeys.flatMap((key, index) => {
    const earlier = hostKeys.slice(0, index).find((other) => names?.[other] === names?.[key]);
    if (earlier === undefined || names?.[key] === undefined) return [];
    return [{ path: ["hosts", key], rule: `another name than hosts.${earlier}`, fix: { choose: "value" } }];
  });
}
