import { expect, it } from "vitest";
import { untilJudged } from "../../../../rehearsal/walk/scenario/until-judged.ts";

/** What comes of attempts that hold or not, each with the delay that the machine had during it, and how much longer work took. */
async function judged(...attempts: readonly (readonly [held: boolean, delay: number, factor?: number])[]) {
  let at = -1;
  const { result, tries, slowness } = await untilJudged(
    async () => ({ held: attempts[++at]?.[0] ?? false }),
    async () => ({ delayMilliseconds: attempts[at]?.[1] ?? 0, workFactor: attempts[at]?.[2] ?? 1 }),
  );
  return { result, tries, slowest: slowness.delayMilliseconds };
}

it("judges at once what held, and what did not on a quick machine", async () => {
  expect(await judged([true, 20])).toEqual({ result: "held", tries: 1, slowest: 20 });
  expect(await judged([true, 5000, 9])).toEqual({ result: "held", tries: 1, slowest: 5000 });
  expect(await judged([false, 399, 2.9])).toEqual({ result: "not held", tries: 1, slowest: 399 });
});

it("tries again what did not hold on a slow machine, and judges nothing after the third time", async () => {
  expect(await judged([false, 400], [true, 500])).toEqual({ result: "held", tries: 2, slowest: 500 });
  expect(await judged([false, 20, 3], [false, 30])).toEqual({ result: "not held", tries: 2, slowest: 30 });
  expect(await judged([false, 900], [false, 800], [false, 70, 4])).toEqual({
    result: "not judged",
    tries: 3,
    slowest: 70,
  });
});
