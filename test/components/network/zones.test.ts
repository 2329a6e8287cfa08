import { describe, expect, it } from "vitest";
import { parseZones } from "../../../components/network/zones.ts";

describe("reading the zones", () => {
  it("keeps their order and takes their letters", () => {
    expect(parseZones("ap-southeast-2", ["ap-southeast-2c", "ap-southeast-2a"])).toEqual([
      { name: "ap-southeast-2c", letter: "c", index: 0 },
      { name: "ap-southeast-2a", letter: "a", index: 1 },
    ]);
  });

  it("refuses no zones", () => {
    expect(() => parseZones("ap-southeast-2", [])).toThrow("availabilityZones is empty");
  });

  it.each(["us-east-1a", "ap-southeast-2", "ap-southeast-2-per-1a"])(
    "refuses %s, which is no zone of the region",
    (zone) => {
      expect(() => parseZones("ap-southeast-2", ["ap-southeast-2a", zone])).toThrow(
        `availabilityZones has ${zone}: zones must lie in the region ap-southeast-2. Name one such as ap-southeast-2a.`,
      );
    },
  );

  it("refuses a zone named twice", () => {
    expect(() => parseZones("ap-southeast-2", ["ap-southeast-2a", "ap-southeast-2a"])).toThrow(
      "availabilityZones has ap-southeast-2a twice: each zone gets one subnet a tier. Name it once.",
    );
  });
});
