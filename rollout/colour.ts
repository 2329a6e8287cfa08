/** The two versions of the API service that can run at once; each has its own target group, service and task definition. */
export type Colour = "blue" | "green";

/**
 * Both colours, always in this order. The public rule names its target groups in it whichever is live, so that
 * promoting, which moves no traffic, changes nothing in the rule.
 */
export const colours = ["blue", "green"] as const satisfies readonly Colour[];

/** The colour that is not `colour`: the candidate of a live colour, or the live one of a candidate. */
export function otherColour(colour: Colour): Colour {
  return colour === "blue" ? "green" : "blue";
}

/** Builds a value for each colour, in the fixed order. */
export function byColour<T>(build: (colour: Colour) => T): Record<Colour, T> {
  return { blue: build("blue"), green: build("green") };
}

/** The values of those colours that have one. */
export function whereByColour<T>(find: (colour: Colour) => T | undefined): Partial<Record<Colour, T>> {
  return Object.fromEntries(
    colours.flatMap((colour) => {
      const value = find(colour);
      return value === undefined ? [] : [[colour, value]];
    }),
  );
}
