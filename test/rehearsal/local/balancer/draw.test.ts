import { describe, expect, it } from "vitest";
import { chooseByWeight, seededRandom } from "../../../../rehearsal/local/balancer/draw.ts";
import { judgeSplit } from "../../../../rehearsal/local/split.ts";

const groups = (blue: number, green: number) => [
  { arn: "blue", weight: blue },
  { arn: "green", weight: green },
];

describe("chooseByWeight", () => {
  it("cuts the draw at the weights", () => {
    expect(chooseByWeight(groups(95, 5), 0)?.arn).toBe("blue");
    expect(chooseByWeight(groups(95, 5), 0.9499)?.arn).toBe("blue");
    expect(chooseByWeight(groups(95, 5), 0.95)?.arn).toBe("green");
    expect(chooseByWeight(groups(95, 5), 0.9999)?.arn).toBe("green");
  });

  it("takes weights relative to their sum", () => {
    expect(chooseByWeight(groups(1, 1), 0.49)?.arn).toBe("blue");
    expect(chooseByWeight(groups(1, 1), 0.51)?.arn).toBe("green");
  });

  it("never chooses a weight of 0", () => {
    expect(chooseByWeight(groups(0, 100), 0)?.arn).toBe("green");
    expect(chooseByWeight(groups(100, 0), 1 - Number.EPSILON)?.arn).toBe("blue");
    expect(chooseByWeight(groups(0, 0), 0.5)).toBeUndefined();
  });

  it.each([5, 25, 50])("serves %i per cent as drawn, over many requests", (percent) => {
    const random = seededRandom(percent);
    const answers = 20_000;
    let green = 0;
    for (let count = 0; count < answers; count++) {
      if (chooseByWeight(groups(100 - percent, percent), random())?.arn === "green") green++;
    }
    expect(judgeSplit(percent, green, answers).held).toBe(true);
  });
});

describe("seededRandom", () => {
  it("repeats itself for a seed and differs between seeds", () => {
    const draw = (seed: number) => Array.from({ length: 5 }, seededRandom(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    for (const value of draw(7)) expect(value >= 0 && value < 1).toBe(true);
  });
});
