import { expect, it } from "vitest";
import {
  formatNotedContracts,
  type NotedContract,
  parseNotedContracts,
  withContractBegun,
  withContractEnded,
} from "../../rollout/noted-contracts.ts";
import { ssmValueProblems } from "../support/aws/ssm-value.ts";
import { digest } from "../support/rollout.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 12, minute)).toISOString();
const image = digest("b");
const begun = { command: at(0), at: at(1), image };

it("counts a migration before it starts, and has the moment of its start once that is known", () => {
  const noted = withContractBegun([], begun);
  expect(noted).toEqual([{ ...begun, isPending: true }]);
  expect(withContractEnded(noted, { ...begun, at: at(2) })).toEqual([{ ...begun, at: at(2) }]);
});

it("forgets one that never started, and no other", () => {
  const earlier: NotedContract = { command: at(-60), at: at(-59), image };
  const ofOther: NotedContract = { ...begun, image: digest("c") };
  const noted = withContractBegun([earlier, ofOther], begun);
  expect(withContractEnded(noted, { ...begun, at: null })).toEqual([earlier, ofOther]);
});

it("notes a command that is run again once, with its later moment", () => {
  const again = { ...begun, at: at(30) };
  expect(withContractBegun(withContractBegun([], begun), again)).toEqual([{ ...again, isPending: true }]);
});

it("is read as it was written, and fits a standard parameter with the newest of them", () => {
  const many = Array.from({ length: 30 }, (_, index) => ({
    command: at(index),
    at: at(index),
    image,
    isPending: true as const,
  }));
  const value = formatNotedContracts(many);
  expect(ssmValueProblems(value)).toEqual([]);
  expect(parseNotedContracts(value)).toEqual(many.slice(-20));
});

it("is empty where there is no parameter, and undefined where it cannot be read", () => {
  expect(parseNotedContracts(undefined)).toEqual([]);
  expect(parseNotedContracts('{"version":1,"migrations":[],"later":1}')).toEqual([]);
  for (const value of ["", "{", '{"version":2,"migrations":[]}', '{"version":1,"migrations":[{"at":"yesterday"}]}']) {
    expect(parseNotedContracts(value)).toBeUndefined();
  }
});
