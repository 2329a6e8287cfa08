import { describe, expect, it } from "vitest";
import { decide } from "../../../rollout/decide.ts";
import type { WantedRollout } from "../../../rollout/move.ts";
import { allowances } from "../../../rollout/override.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import { because, move, promotedRecord, recordAt } from "../../support/rollout.ts";

/** What refuses a move because of the own host's target groups, a day and more after the record. */
function refusals(previous: RolloutRecord, wanted: Partial<WantedRollout>, hasOwnHostGroups?: boolean) {
  const over = hasOwnHostGroups === undefined ? {} : { hasOwnHostGroups };
  const decision = decide(move(previous, wanted, "2026-11-26T12:00:00Z", over));
  return decision.accepted ? [] : decision.refusals.filter(({ rule }) => rule === "own host");
}

describe("target groups for the candidate's own host", () => {
  it.each<[string, RolloutRecord, Partial<WantedRollout>, string]>([
    ["a step", recordAt(0), { weightPercent: 5 }, "You asked for 5 %."],
    ["an update at a weight", recordAt(25), { weightPercent: 25 }, "You asked for 25 %."],
    ["a step down to a weight", recordAt(25), { weightPercent: 5 }, "You asked for 5 %."],
    ["a promote", recordAt(100), { liveColour: "green", weightPercent: 0 }, "You asked to promote green."],
  ])("do not come with %s, whatever is written", (_, previous, wanted, asked) => {
    const override = because("INC-12: it must be out today", ...allowances);
    expect(refusals(previous, { ...wanted, override }, false)).toEqual([
      {
        rule: "own host",
        message: `${asked} This version gives the candidate's own host target groups of its own, and the deployed stack has none. ECS replaces all tasks of both colours when their services get them, so that is done at weight 0 only. Finish this rollout with the version that is deployed, or set candidateWeight to 0. Then run npx pulumi up --stack <stage> at weight 0, before the next step; docs/runbook.md, Own target groups for the candidate's host.`,
        allowance: null,
      },
    ]);
  });

  it.each<[string, RolloutRecord, Partial<WantedRollout>]>([
    ["at weight 0", recordAt(0), {}],
    ["with all traffic back to live, which is never refused", recordAt(25), { weightPercent: 0 }],
    ["with a return", promotedRecord(), { liveColour: "blue", weightPercent: 0 }],
  ])("come %s", (_, previous, wanted) => {
    expect(refusals(previous, wanted, false)).toEqual([]);
  });

  it("refuse nothing once the stack has them", () => {
    expect(refusals(recordAt(0), { weightPercent: 5 }, true)).toEqual([]);
    expect(refusals(recordAt(0), { weightPercent: 5 })).toEqual([]);
  });
});
