import { describe, expect, it } from "vitest";
import { applyReason, decide } from "../../rollout/decide.ts";
import { missingLatch } from "../../rollout/latch.ts";
import type { Move } from "../../rollout/move.ts";
import { allowances } from "../../rollout/override.ts";
import { because, bothImages, digest, guideSchedule, move, promotedRecord, recordAt } from "../support/rollout.ts";

/** The messages of a refusal, or "accepted". */
function verdict(asked: Move): string | readonly string[] {
  const decision = decide(asked);
  return decision.accepted ? "accepted" : decision.refusals.map((refusal) => refusal.message);
}

const setLatch = {
  state: "set",
  at: "2026-11-23T12:30:00Z",
  reason: "portal-production-green in ALARM",
  rolledBack: "green",
} as const;

describe("first deployment", () => {
  it("starts at weight 0", () => {
    expect(verdict(move(null, { weightPercent: 0 }, "12:00"))).toBe("accepted");
  });

  it("refuses any traffic to the candidate", () => {
    expect(verdict(move(null, { weightPercent: 5 }, "12:00"))).toEqual([
      "You asked for 5 %. This is the stack's first deployment, and it starts at 0 %. Set candidateWeight to 0 and run the update. Then take the first step.",
    ]);
  });
});

describe("up", () => {
  it("takes the first step at once, and each next one when the bake is over to the second", () => {
    expect(verdict(move(recordAt(0), { weightPercent: 5 }, "12:00"))).toBe("accepted");
    expect(verdict(move(recordAt(5), { weightPercent: 25 }, "14:00"))).toBe("accepted");
    expect(verdict(move(recordAt(25), { weightPercent: 50 }, "16:00"))).toBe("accepted");
    expect(verdict(move(recordAt(50), { weightPercent: 100 }, "20:00"))).toBe("accepted");
    expect(verdict(move(recordAt(5), { weightPercent: 25 }, "2026-11-23T13:59:59.000Z"))).not.toBe("accepted");
  });

  it("refuses a step whose predecessor is still baking, in the words of the design", () => {
    const previous = recordAt(5, { since: "2026-11-23T12:20:00.000Z" });
    expect(verdict(move(previous, { weightPercent: 25 }, "13:00"))).toEqual([
      "You asked for 25 %. The 5 % step began 40 min ago and bakes for 2 h. Wait until 14:20 UTC, or set rolloutOverride to a reason. You can lower the weight at any time.",
    ]);
  });

  it("refuses to rise by a clock that runs behind the record, and still falls", () => {
    const early = move(recordAt(0), { weightPercent: 5 }, "11:00");
    expect(verdict(early)).toEqual([
      "You asked for 5 %. The 0 % step began at 12:00 UTC, but the update's clock says 11:00 UTC, which is earlier. Correct the clock of this machine, or ROLLOUT_UPDATE_TIME where it is set. You can lower the weight at any time.",
    ]);
    expect(
      verdict({
        ...early,
        wanted: { ...early.wanted, override: because("the clock is wrong, we know", ...allowances) },
      }),
    ).toHaveLength(1);
    expect(verdict(move(recordAt(25), { weightPercent: 0 }, "11:00"))).toBe("accepted");
  });

  it("refuses a skipped step, and says both things where it is early as well", () => {
    expect(verdict(move(recordAt(5), { weightPercent: 50 }, "15:00"))).toEqual([
      "You asked for 50 %. The rollout stands at 5 %, and its next step is 25 %. Set candidateWeight to 25, or set rolloutOverride to a reason. You can lower the weight at any time.",
    ]);
    expect(verdict(move(recordAt(5), { weightPercent: 100 }, "12:10"))).toHaveLength(2);
  });

  it("refuses a weight that is no step", () => {
    expect(verdict(move(recordAt(5), { weightPercent: 7 }, "15:00"))).toEqual([
      "You asked for 7 %, but rollout.steps has the weights 5, 25, 50, 100. Set candidateWeight to 0 or to one of them.",
    ]);
  });

  it("refuses to stay at a weight that was taken out of the schedule, and takes it down", () => {
    const schedule = { ...guideSchedule, steps: guideSchedule.steps.filter((step) => step.weightPercent !== 25) };
    expect(verdict(move(recordAt(25), {}, "12:30", { schedule }))).toEqual([
      "You asked for 25 %, but rollout.steps has the weights 5, 50, 100. The schedule was changed while this weight carries traffic. Put the step back, or lower the weight. Set candidateWeight to 0 or to one of them.",
    ]);
    expect(verdict(move(recordAt(25), { weightPercent: 5 }, "12:30", { schedule }))).toBe("accepted");
    expect(verdict(move(recordAt(25), { weightPercent: 50 }, "13:30", { schedule }))).toEqual([
      expect.stringContaining("The 25 % step began 1 h 30 min ago and bakes for 8 h"),
    ]);
  });

  it("refuses to rise in a freeze window, its first moment included and its last not, and still falls", () => {
    const schedule = {
      ...guideSchedule,
      freezeWindows: [{ from: "2026-11-23T14:00:00Z", until: "2026-11-24T01:00:00+11:00", reason: "wedding day" }],
    };
    const up = (time: string) =>
      verdict(move(recordAt(5, { since: "2026-11-23T08:00:00.000Z" }), { weightPercent: 25 }, time, { schedule }));
    expect(up("13:59")).toBe("accepted");
    expect(up("14:00")).toBe("accepted");
    const longer = [{ from: "2026-11-23T14:00:00Z", until: "2026-11-24T01:00:00Z", reason: "wedding day" }];
    const frozen = { ...guideSchedule, freezeWindows: longer };
    const asked = move(recordAt(5, { since: "2026-11-23T08:00:00.000Z" }), { weightPercent: 25 }, "14:00", {
      schedule: frozen,
    });
    expect(verdict(asked)).toEqual([
      "You asked for 25 %, but no weight may rise until 2026-11-24 01:00 UTC: wedding day. Wait until then, or remove the window from rollout.freezeWindows in an update of its own first. You can lower the weight at any time.",
    ]);
    expect(verdict({ ...asked, now: new Date("2026-11-24T01:00:00Z") })).toBe("accepted");
    expect(verdict({ ...asked, wanted: { ...asked.wanted, weightPercent: 0 } })).toBe("accepted");
    expect(
      verdict({ ...asked, wanted: { ...asked.wanted, override: because("the owner asked for it", ...allowances) } }),
    ).not.toBe("accepted");
  });

  it("refuses traffic to a colour without an image, and from a live colour without one", () => {
    const images = { blue: digest("a"), green: null };
    expect(verdict(move(recordAt(0, { images }), { weightPercent: 5 }, "15:00"))).toEqual([
      "You asked for 5 %, but images.green is not set. A colour without an image has no tasks. First set candidateWeight to 0 and images.green to a digest, and run the update.",
    ]);
  });
});

describe("down", () => {
  it("takes any lower step at once, from everywhere", () => {
    for (const [from, to] of [
      [100, 50],
      [100, 0],
      [50, 5],
      [25, 5],
      [5, 0],
    ] as const) {
      expect(verdict(move(recordAt(from), { weightPercent: to }, "12:01"))).toBe("accepted");
    }
  });
});

describe("images", () => {
  it("never changes the live colour's", () => {
    expect(verdict(move(recordAt(0), { images: { ...bothImages, blue: digest("c") } }, "12:30"))).toEqual([
      `You set images.blue to ${digest("c")}. blue is live with ${digest("a")}, and the live colour's image never changes. Put ${digest("a")} back. To roll out a new version, set images.green.`,
    ]);
    expect(verdict(move(recordAt(0), { images: { ...bothImages, blue: null } }, "12:30"))).toEqual([
      expect.stringMatching(/^You removed images\.blue\. blue is live with/),
    ]);
  });

  it("gives the live colour its first image, when the registry was made before it", () => {
    const empty = { blue: null, green: null };
    expect(verdict(move(recordAt(0, { images: empty }), { images: { ...empty, blue: digest("a") } }, "12:30"))).toBe(
      "accepted",
    );
  });

  it("changes the candidate's at weight 0 and in an update of its own", () => {
    const images = { ...bothImages, green: digest("c") };
    expect(verdict(move(recordAt(0), { images }, "12:30"))).toBe("accepted");
    expect(verdict(move(recordAt(25), { images }, "12:30"))).toEqual([
      `You set images.green to ${digest("c")}, but green has 25 % of the traffic. An image changes only at weight 0, in an update of its own. Put ${digest("b")} back. To change the image, first set candidateWeight to 0 and run the update.`,
    ]);
    expect(verdict(move(recordAt(25), { images, weightPercent: 0 }, "12:30"))).toHaveLength(1);
    expect(verdict(move(recordAt(0), { images, weightPercent: 5 }, "12:30"))).toEqual([
      expect.stringContaining("the same edit moves traffic or the live colour"),
    ]);
  });

  it("is not let through by a reason while traffic is out", () => {
    const images = { ...bothImages, green: digest("c") };
    expect(
      verdict(move(recordAt(25), { images, override: because("the fix must go out now", ...allowances) }, "12:30")),
    ).not.toBe("accepted");
  });
});

describe("latch", () => {
  it("accepts weight 0 and nothing else, an unchanged weight included", () => {
    expect(verdict(move(recordAt(25), { weightPercent: 0 }, "12:40", { latch: setLatch }))).toBe("accepted");
    expect(verdict(move(recordAt(25), {}, "12:40", { latch: setLatch }))).toEqual([
      "You asked for 25 %. The rollback latch was set at 12:30 UTC (portal-production-green in ALARM). While it is set, the only accepted weight is 0. Set candidateWeight to 0. Find the cause. Then set a different candidate image, or give a --reason, and run npm run rollout -- resume --stage <stage>.",
    ]);
    expect(verdict(move(recordAt(25), { weightPercent: 5 }, "12:40", { latch: setLatch }))).not.toBe("accepted");
    expect(
      verdict(
        move(recordAt(0), { weightPercent: 5, override: because("we know the cause", ...allowances) }, "12:40", {
          latch: setLatch,
        }),
      ),
    ).not.toBe("accepted");
  });

  it("lets nothing rise where the parameter does not exist, and says who writes it again", () => {
    const latch = missingLatch("/portal/production/rollout/latch");
    expect(verdict(move(recordAt(0), { weightPercent: 0 }, "12:40", { latch }))).toBe("accepted");
    expect(verdict(move(recordAt(0), { weightPercent: 5 }, "12:40", { latch }))).toEqual([
      'You asked for 5 %. The rollback latch counts as set, because the parameter /portal/production/rollout/latch does not exist in AWS. While it is set, the only accepted weight is 0. Keep candidateWeight at 0. Find out who deleted it. Then run npm run rollout -- resume --stage <stage> --reason "<who and why>", which writes it again.',
    ]);
  });

  it("lets nobody promote the version that was rolled back", () => {
    const baked = recordAt(100, { since: "2026-11-20T12:00:00.000Z" });
    expect(verdict(move(baked, { liveColour: "green", weightPercent: 0 }, "12:40", { latch: setLatch }))).toEqual([
      expect.stringMatching(
        /^You asked for green as the live colour\. The rollback latch was set .* blue stays live\. Set liveColour to blue\./,
      ),
    ]);
  });

  it("lets the version that served before promote become live again, which is a rollback as well", () => {
    const back = { liveColour: "blue", weightPercent: 0 } as const;
    expect(verdict(move(promotedRecord(), back, "12:40", { latch: setLatch }))).toBe("accepted");
    const late = "2026-11-30T12:00:00.000Z";
    expect(verdict(move(promotedRecord(), back, late, { latch: setLatch }))).not.toBe("accepted");
  });

  it("accepts a different candidate image at weight 0, from which the rollout can be resumed", () => {
    const images = { ...bothImages, green: digest("c") };
    expect(verdict(move(recordAt(0), { images }, "12:40", { latch: setLatch }))).toBe("accepted");
  });
});

describe("promote", () => {
  const promote = { liveColour: "green", weightPercent: 0 } as const;

  it("flips the live colour from 100 % after its bake", () => {
    expect(verdict(move(recordAt(100), promote, "2026-11-25T12:00:00Z"))).toBe("accepted");
    expect(verdict(move(recordAt(100), promote, "2026-11-25T11:00:00Z"))).toEqual([
      "You asked to promote green. The 100 % step began 47 h ago and bakes for 48 h. Wait until 12:00 UTC, or set rolloutOverride to a reason.",
    ]);
  });

  it("refuses to flip from any other weight or without the weight going to 0", () => {
    expect(verdict(move(recordAt(50), promote, "2026-11-30T12:00:00Z"))).toEqual([
      "You asked for green as the live colour and for 0 %. blue is live, and the candidate has 50 %. The live colour changes only from 100 %, in one edit with candidateWeight going to 0. Set liveColour back to blue. Promote from 100 %, after its bake.",
    ]);
    expect(verdict(move(recordAt(100), { liveColour: "green" }, "2026-11-30T12:00:00Z"))).toEqual([
      "You asked for green as the live colour and for 100 %. blue is live, and the candidate has 100 %. The live colour changes only from 100 %, in one edit with candidateWeight going to 0. To promote green, set candidateWeight to 0 in the same edit.",
    ]);
  });
});

describe("back after promote", () => {
  it("returns to the old version at once within the window", () => {
    expect(verdict(move(promotedRecord(), { liveColour: "blue" }, "12:05"))).toBe("accepted");
    expect(verdict(move(promotedRecord(), { liveColour: "blue" }, "2026-11-30T11:59:59Z"))).toBe("accepted");
  });

  it("refuses to return after the window, or to a version that was not live before", () => {
    expect(verdict(move(promotedRecord(), { liveColour: "blue" }, "2026-11-30T12:00:00Z"))).toEqual([
      "You asked for blue as the live colour, but green is live and the rollback window ended at 12:00 UTC. Set liveColour to green and take the steps of rollout.steps.",
    ]);
    const images = { ...bothImages, blue: digest("c") };
    expect(verdict(move(promotedRecord({ images }), { liveColour: "blue" }, "12:30"))).toEqual([
      expect.stringContaining("blue no longer runs the version that was live before"),
    ]);
    expect(verdict(move(recordAt(0), { liveColour: "green" }, "12:30"))).toEqual([
      "You asked for green as the live colour, but blue is live and nothing was promoted that green could be returned to. Set liveColour to blue and take the steps of rollout.steps.",
    ]);
  });

  it("refuses to return to a version that was itself rolled back since, until the latch is cleared", () => {
    const latch = { state: "set", at: "2026-11-23T12:20:00Z", reason: "alarm" } as const;
    const asked = (over: Partial<typeof latch & { rolledBack: "blue" | "green" }>) =>
      verdict(move(promotedRecord(), { liveColour: "blue" }, "12:30", { latch: { ...latch, ...over } }));
    expect(asked({ rolledBack: "blue" })).toEqual([
      'You asked for blue as the live colour, but green is live and blue was itself taken off the public path at 12:20 UTC (alarm). Set liveColour to green and take the steps of rollout.steps. If it may serve the public all the same, clear the latch first: npm run rollout -- resume --stage <stage> --reason "<why>".',
    ]);
    expect(asked({ rolledBack: "green" })).toBe("accepted");
    expect(asked({})).toBe("accepted");
  });

  it("keeps the old colour warm for the window", () => {
    const images = { ...bothImages, blue: null };
    expect(verdict(move(promotedRecord(), { images }, "12:30"))).toEqual([
      `You removed images.blue. blue keeps ${digest("a")} until 2026-11-30 12:00 UTC, so that you can return to it. Wait until then, or set rolloutOverride to a reason, and rolloutOverrideAllows to warm.`,
    ]);
    expect(verdict(move(promotedRecord(), { images }, "2026-11-30T12:00:00Z"))).toBe("accepted");
  });
});

describe("override", () => {
  const reason = "hotfix for the payment outage, agreed with Kim";

  it("lets a step skip its bake and order, and says which reason was needed", () => {
    const decision = decide(move(recordAt(5), { weightPercent: 100, override: reason }, "12:10"));
    expect(decision).toMatchObject({ accepted: true, override: reason });
    expect(decision.accepted && decision.overridden.map((refusal) => refusal.rule)).toEqual(["order", "bake"]);
  });

  it("is recorded where no rule needed it, so that it does not wait in the config for the next bake", () => {
    expect(decide(move(recordAt(5), { weightPercent: 25, override: reason }, "14:10"))).toEqual({
      accepted: true,
      kind: "up",
      override: reason,
      overridden: [],
    });
  });

  it("serves once", () => {
    const entry = {
      at: "2026-11-23T12:00:00.000Z",
      event: "advanced",
      liveColour: "blue",
      weightPercent: 25,
      images: bothImages,
    } as const;
    const previous = recordAt(25, { history: [{ ...entry, override: reason }] });
    expect(verdict(move(previous, { weightPercent: 50, override: reason }, "12:10"))).toEqual([
      expect.stringMatching(
        /You can lower the weight at any time\. A reason serves once, and "hotfix for the payment outage, agreed with Kim" was used at 12:00 UTC\. Write a new one\.$/,
      ),
    ]);
  });

  it("tells of an image that was removed, that is live's, or that is live's first under traffic", () => {
    const told = (...asked: Parameters<typeof move>) => {
      const decision = decide(move(...asked));
      return decision.accepted ? [] : decision.refusals.map(({ message }) => message);
    };
    expect(told(recordAt(0), { images: { ...bothImages, blue: null } }, "12:10")).toEqual([
      expect.stringMatching(/^You removed images\.blue\. blue is live with sha256:a+, and/),
    ]);
    const unfilled = recordAt(5, { images: { ...bothImages, blue: null } });
    expect(told(unfilled, { images: bothImages }, "12:10")).toEqual([
      expect.stringMatching(/^You set images\.blue to sha256:a+, but green has 5 % of the traffic\./),
    ]);
    expect(told(recordAt(5), { images: { ...bothImages, blue: digest("c") } }, "12:10")).toEqual([
      expect.stringContaining("blue is live with"),
    ]);
  });

  it("leaves a flip under traffic to its own rule, and no step to the order of another colour's", () => {
    const decision = decide(move(recordAt(5), { liveColour: "green", weightPercent: 50 }, "20:00"));
    expect(decision.accepted ? [] : decision.refusals.map(({ rule }) => rule)).toEqual(["promote"]);
  });

  it("says of the very moment in which a step began that it began", () => {
    const decision = decide(move(recordAt(5), { weightPercent: 25 }, "12:00"));
    expect(decision.accepted ? [] : decision.refusals.map(({ message }) => message)).toEqual([
      expect.stringContaining("The 5 % step began 0 s ago and bakes for 2 h."),
    ]);
  });

  it("divides what it lets through from what it does not", () => {
    const found = [
      { rule: "bake", message: "Too early.", allowance: "bake" },
      { rule: "schedule", message: "Laxer.", allowance: "schedule" },
      { rule: "freeze", message: "Frozen.", allowance: null },
    ] as const;
    const [early, laxer, frozen] = found;
    const asked = move(recordAt(5), { weightPercent: 25, override: because("hotfix", "bake") }, "12:10");
    expect(applyReason(found, asked)).toEqual({
      refusals: [{ ...laxer, message: 'Laxer. The reason "hotfix" allows bake, and not schedule.' }, frozen],
      overridden: [early],
    });
    expect(applyReason(found, move(recordAt(5), {}, "12:10"))).toEqual({ refusals: found, overridden: [] });
  });

  it("is no part of a decision without one", () => {
    expect(decide(move(recordAt(5), {}, "12:10"))).toStrictEqual({ accepted: true, kind: "stay", overridden: [] });
  });

  it("never lets through more than it names, and says so", () => {
    const asked = move(recordAt(5), { weightPercent: 50, override: because(reason, "order") }, "12:40");
    expect(verdict(asked)).toEqual([
      expect.stringMatching(
        /bakes for 2 h\. .* The reason "hotfix for the payment outage, agreed with Kim" allows order, and not bake\.$/,
      ),
    ]);
    expect(verdict({ ...asked, wanted: { ...asked.wanted, override: because(reason, "order", "bake") } })).toBe(
      "accepted",
    );
  });

  it("keeps the old colour warm unless it allows just that", () => {
    const images = { ...bothImages, blue: null };
    expect(verdict(move(promotedRecord(), { images, override: reason }, "12:30"))).toEqual([
      expect.stringContaining("allows bake, order and data, and not warm."),
    ]);
    const override = because(reason, "warm");
    expect(verdict(move(promotedRecord(), { images, override }, "12:30"))).toBe("accepted");
  });
});
