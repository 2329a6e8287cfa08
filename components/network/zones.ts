/** One availability zone of the network. */
export interface Zone {
  /** Full name, such as `ap-southeast-2a`. */
  readonly name: string;
  /** Letter that ends the name. Logical names carry it, so that they do not move when the list changes. */
  readonly letter: string;
  /** Place in the stage's list, from 0. It decides the zone's address blocks, so zones are appended, never inserted. */
  readonly index: number;
}

/**
 * Reads the list of zones.
 *
 * @throws {RangeError} when the list is empty, names a zone twice, or names one of another region
 */
export function parseZones(region: string, names: readonly string[]): readonly Zone[] {
  if (names.length === 0) {
    throw new RangeError("availabilityZones is empty: the network needs at least one zone. List zones of the region.");
  }
  return names.map((name, index) => {
    const letter = name.slice(region.length);
    if (!name.startsWith(region) || !/^[a-z]$/.test(letter)) {
      throw new RangeError(
        `availabilityZones has ${name}: zones must lie in the region ${region}. Name one such as ${region}a.`,
      );
    }
    if (names.indexOf(name) !== index) {
      throw new RangeError(`availabilityZones has ${name} twice: each zone gets one subnet a tier. Name it once.`);
    }
    return { name, letter, index };
  });
}
