import { expect, it } from "vitest";
import { once } from "../../../infra/aws/once.ts";

it("makes a thing at the first call and not before, and one for all who ask at the same time", async () => {
  let made = 0;
  const get = once(async () => {
    made += 1;
    return { made };
  });
  expect(made).toBe(0);
  const [one, other] = await Promise.all([get(), get()]);
  expect(one).toBe(other);
  expect(await get()).toBe(one);
  expect(made).toBe(1);
});
