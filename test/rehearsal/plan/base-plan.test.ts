import { describe, expect, it } from "vitest";
import { assumedImages } from "../../../rehearsal/plan/assumed-images.ts";
import { planAssumed } from "../../../rehearsal/plan/compare-stage.ts";
import { diffOutputs, diffPlans, withoutTimeStamps } from "../../../rehearsal/plan/diff-plans.ts";
import { fixtureFolder } from "../../support/stack-files.ts";

type Settings = Readonly<Record<string, unknown>>;

/** An hour apart, as the two plans of a pull request never have one clock. */
const [baseTime, headTime] = [new Date("2026-11-23T00:00:00Z"), new Date("2026-11-23T01:00:00Z")];
const { blue, green } = assumedImages;
const released = { "images.blue": blue, "images.green": green };
const another = `sha256:${"a".repeat(64)}`;

/** Plans a pull request of production as its job does: the base branch's file first, then this one against its record. */
async function pullRequest(from: Settings, to: Settings) {
  const request = { stage: "production", projectFolder: fixtureFolder } as const;
  const base = await planAssumed({ ...request, now: baseTime, set: from });
  const head = await planAssumed({ ...request, now: headTime, set: to, base: base.plan.record });
  return {
    ...head,
    changed: diffPlans(base.plan, head.plan).map(({ kind, name }) => `${kind} ${name}`),
    outputs: withoutTimeStamps(diffOutputs(base.plan, head.plan)).map(({ path }) => path),
  };
}

const at = (candidateWeight: number, more: Settings = {}) => ({ ...released, candidateWeight, ...more });

describe("a pull request's plan", () => {
  it.each([
    ["before the first release", {}],
    ["with images at weight 0", at(0)],
    ["at 5 %", at(5)],
    ["at 5 % of images that nobody named", { candidateWeight: 5 }],
    ["with a key in its grace", at(0, { signingKey: 2, alsoAcceptedSigningKey: 1 })],
  ])("finds no difference in an unchanged file %s, an hour later", async (_state, settings) => {
    const { changed, outputs } = await pullRequest(settings, settings);
    expect({ changed, outputs }).toEqual({ changed: [], outputs: [] });
  });

  it("takes the base branch's number for the past, and says so", async () => {
    const { changed, outputs, assumptions } = await pullRequest(at(5), at(25));
    expect(changed).toEqual(["update portal-production-public"]);
    expect(outputs).toEqual(expect.arrayContaining(["rollout.weightPercent"]));
    expect(outputs).not.toContain("rollout.since");
    expect(assumptions).toEqual(["The stack stands at 5 %, as in the base plan, and that step's bake is over."]);
    await expect(pullRequest(at(0), at(0))).resolves.toMatchObject({
      assumptions: ["The stack stands at 0 %, as in the base plan, and no rollback window is open."],
    });
  });

  const laxer = {
    "rollout.steps": [
      { weight: 5, bake: "20m" },
      { weight: 25, bake: "4h" },
      { weight: 50, bake: "8h" },
      { weight: 100, bake: "48h" },
    ],
  };
  it.each([
    ["a skipped step", at(5), at(50), /^Rollout refused\. You asked for 50 %\. The rollout stands at 5 %/],
    ["a first step that is no first step", at(0), at(50), /The rollout stands at 0 %/],
    ["a step before the first release", {}, { candidateWeight: 5 }, /must have an image for both colours/],
    ["a step with another image", at(0), at(5, { "images.green": another }), /An image changes only at weight 0/],
    [
      "a laxer schedule with a step",
      at(5),
      at(25, laxer),
      /the bake of 5 % went from 2 h to 20m \(rollout\.steps\[0\]\.bake\)/,
    ],
    ["a promote before 100 %", at(50), at(0, { liveColour: "green" }), /The live colour changes only from 100 %/],
    [
      "a promote that retires",
      at(100),
      { ...at(0), liveColour: "green", images: { green } },
      /You removed images\.blue/,
    ],
    ["a retire under traffic", at(5), { ...at(5), images: { blue } }, /must have an image for both colours/],
    [
      "a rotation out of its order",
      at(0, { alsoAcceptedSigningKey: 2 }),
      at(0, { signingKey: 3, alsoAcceptedSigningKey: 2 }),
      /A key is rotated in three updates/,
    ],
  ])("refuses %s", async (_edit, from, to, message) => {
    await expect(pullRequest(from, to)).rejects.toThrow(message);
  });

  it.each([
    ["a promote from 100 %", at(100), at(0, { liveColour: "green" })],
    ["a retire", at(0, { liveColour: "green" }), { ...at(0), liveColour: "green", images: { green } }],
    ["a lower weight, by any number of steps", at(50), at(5)],
    ["the end of a key's grace", at(0, { signingKey: 2, alsoAcceptedSigningKey: 1 }), at(0, { signingKey: 2 })],
  ])("accepts %s", async (_edit, from, to) => {
    await expect(pullRequest(from, to)).resolves.toBeDefined();
  });

  it("tells of the gate, which a plan without AWS cannot ask", async () => {
    const { plan } = await pullRequest(at(5), at(25));
    expect(plan.notes).toEqual([expect.stringMatching(/^Gate: not asked, because this plan is made without AWS\./)]);
  });
});
