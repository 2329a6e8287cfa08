import type { Breach, ConfigRule } from "./config-rule.ts";

/** The zones are different ones of the configured region. */
export const zones: ConfigRule = ({ aws }) => {
  const names = aws?.availabilityZones ?? [];
  const region = aws?.region;
  const regions = new Set(names.flatMap((zone) => (zone === undefined ? [] : zone.slice(0, -1))));
  const [otherRegion] = regions;
  if (region === undefined || otherRegion === undefined) return [];
  if (regions.size === 1 && otherRegion !== region) {
    return [{ path: ["aws", "region"], rule: "the region of availabilityZones", fix: { set: otherRegion } }];
  }
  return names.flatMap((zone, index): readonly Breach[] => {
    const path = ["aws", "availabilityZones", index];
    if (zone === undefined) return [];
    if (zone.slice(0, -1) !== region) {
      return [{ path, rule: `a zone of aws.region, ${region}`, fix: { set: `${region}${zone.slice(-1)}` } }];
    }
    if (names.indexOf(zone) === index) return [];
    return [{ path, rule: "a zone that is not listed before", fix: { choose: "value" } }];
  });
};
