import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it } from "vitest";
import type { DeployedRule } from "../../../infra/rollout/previous-update.ts";
import type { PublicRuleAws } from "../../../infra/rollout/program-world.ts";
import { takeTrafficBack } from "../../../infra/rollout/take-back.ts";
import { type Colour, colours } from "../../../rollout/colour.ts";
import type { Move, WantedRollout } from "../../../rollout/move.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import type { Split } from "../../../rollout/split.ts";
import { ownHostTargetGroupArns, publicRuleArn, targetGroupArns } from "../../components/rollback/fixtures.ts";
import { move, promotedRecord, recordAt } from "../../support/rollout.ts";

const candidateRuleArn = publicRuleArn.replace(/3$/, "4");
const rule: DeployedRule = { publicRuleArn, targetGroupArns, candidateRuleArn, ownHostTargetGroupArns };

/** An AWS in which the rule is, as the adapter of the SDK answers. */
interface Aws {
  /** What AWS has, by the reads after the write; the last for ever. */
  readonly thenHas?: readonly Split[];
  readonly refusal?: string;
}

interface Attempt {
  readonly previous: RolloutRecord;
  readonly wanted: Partial<WantedRollout>;
  readonly realWeights?: Split;
  readonly isPreview?: boolean;
  /** The colour that the candidate's own host reaches; "gone" where that rule cannot be read. Default green. */
  readonly hostReaches?: Colour | "gone";
  readonly deployed?: DeployedRule | undefined;
  /** Absent for a plan without AWS. */
  readonly aws?: Aws;
}

/** Runs as the program does after the rules have accepted the move. */
async function run({ isPreview = false, hostReaches = "green", aws, ...attempt }: Attempt) {
  const mocks: pulumi.runtime.Mocks = {
    newResource: () => ({ id: "id", state: {} }),
    call: ({ inputs }) => {
      if (hostReaches === "gone") throw Object.assign(new Error("gone"), { details: "couldn't find resource" });
      expect(inputs["arn"]).toBe(candidateRuleArn);
      // A stack that has none yet names the public host's, and one of them alone.
      const targetGroups =
        attempt.deployed !== undefined && attempt.deployed.ownHostTargetGroupArns === undefined
          ? [{ arn: targetGroupArns[hostReaches], weight: 1 }]
          : colours.map((colour) => {
              return { arn: ownHostTargetGroupArns[colour], weight: colour === hostReaches ? 100 : 0 };
            });
      return { actions: [{ forwards: [{ targetGroups }] }] };
    },
  };
  await pulumi.runtime.setMocks(mocks, "celebrant-portal", "production", isPreview);
  const warnings: string[] = [];
  const writes: unknown[] = [];
  const openPublicRule = async (region: string): Promise<PublicRuleAws> => {
    const answers = [...(aws?.thenHas ?? [])];
    return {
      writeSplit: async (address, split) => {
        if (aws?.refusal !== undefined) throw new Error(aws.refusal);
        writes.push({ region, ...address, split });
        if (answers.length === 0) answers.push(split);
        return split;
      },
      readSplit: async () => (answers.length > 1 ? answers.shift() : answers[0]) as Split,
    };
  };
  const asked: Move = move(attempt.previous, attempt.wanted, "12:40", { realWeights: attempt.realWeights });
  await takeTrafficBack({
    move: asked,
    rule: "deployed" in attempt ? attempt.deployed : rule,
    stage: "production",
    region: "ap-southeast-2",
    provider: new Provider("portal-production", { region: "ap-southeast-2" }),
    world: {
      warn: async (message) => void warnings.push(message),
      now: asked.now,
      tell: async () => {},
      openPublicRule: aws === undefined ? undefined : openPublicRule,
    },
  });
  return { warnings, writes };
}

const at0 = recordAt(0);
const at25 = recordAt(25);
/** An update from 0 to 5 was killed after it had moved the rule. */
const killed = { previous: at0, wanted: { weightPercent: 0 }, realWeights: { blue: 95, green: 5 } } as const;
const written = (split: Split) => ({
  region: "ap-southeast-2",
  publicRuleArn,
  targetGroupArns,
  stickiness: { enabled: false, durationSeconds: 1 },
  split,
});
const drifted =
  "The public rule in AWS gives blue 95 and green 5. The last update recorded blue 100 and green 0: an update was interrupted, or something else moved the traffic. This config asks for blue 100 and green 0";

afterEach(() => pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }));

describe("takeTrafficBack", () => {
  it("writes the accepted split with the planned stickiness, reads it back and says so", async () => {
    expect(await run({ ...killed, aws: {} })).toEqual({
      writes: [written({ blue: 100, green: 0 })],
      warnings: [`${drifted}. The update has written that into the rule and read it back.`],
    });
  });

  it.each<[string, Attempt, Split]>([
    [
      "a lower step",
      { previous: recordAt(50), wanted: { weightPercent: 5 }, realWeights: { blue: 50, green: 50 } },
      { blue: 95, green: 5 },
    ],
    [
      "all traffic where nobody could read the rule",
      { previous: at25, wanted: { weightPercent: 0 } },
      { blue: 100, green: 0 },
    ],
    [
      "a green that is live",
      { previous: promotedRecord(), wanted: {}, realWeights: { blue: 25, green: 75 }, hostReaches: "blue" },
      { blue: 0, green: 100 },
    ],
    [
      "the record's live colour where the candidate's host cannot be asked",
      { ...killed, hostReaches: "gone" },
      { blue: 100, green: 0 },
    ],
    [
      "and where no update has named that host's rule",
      { ...killed, deployed: { publicRuleArn, targetGroupArns } },
      { blue: 100, green: 0 },
    ],
  ])("takes back to %s", async (_, attempt, split) => {
    expect((await run({ ...attempt, aws: {} })).writes).toEqual([written(split)]);
  });

  it.each<[string, Attempt]>([
    ["a rise", { previous: at0, wanted: { weightPercent: 5 }, realWeights: { blue: 100, green: 0 } }],
    ["a weight that AWS has", { previous: at25, wanted: {}, realWeights: { blue: 75, green: 25 } }],
    ["a first deployment", { previous: at0, wanted: {}, deployed: undefined }],
  ])("neither writes nor warns for %s", async (_, attempt) => {
    for (const isPreview of [true, false]) {
      expect(await run({ ...attempt, isPreview, aws: {} })).toEqual({ writes: [], warnings: [] });
    }
  });

  it("never writes in a preview, which warns of it, nor in a plan without AWS", async () => {
    const warnings = [`${drifted}, and the update writes that into the rule before it changes anything else.`];
    expect(await run({ ...killed, isPreview: true, aws: {} })).toEqual({ writes: [], warnings });
    expect(await run(killed)).toEqual({ writes: [], warnings });
  });

  it("sends no traffic ahead to a colour that is the candidate in AWS", async () => {
    for (const isPreview of [true, false]) {
      expect(await run({ ...killed, isPreview, hostReaches: "blue", aws: {} })).toEqual({
        writes: [],
        warnings: [
          `${drifted}. The candidate's own host goes to blue in AWS, so green is live there: a promote or a return was interrupted. The rule is therefore left to the update's own change. If that does not move the traffic, run npm run rollout -- rollback --stage production.`,
        ],
      });
    }
  });

  it("leaves a return to the update, and warns where its split is neither recorded nor in AWS", async () => {
    const back = { previous: promotedRecord(), wanted: { liveColour: "blue", weightPercent: 0 } } as const;
    const recorded = await run({ ...back, realWeights: { blue: 0, green: 100 }, aws: {} });
    expect(recorded).toEqual({ writes: [], warnings: [] });
    const { writes, warnings } = await run({ ...back, realWeights: { blue: 50, green: 50 }, aws: {} });
    expect(writes).toEqual([]);
    expect(warnings).toEqual([
      "The public rule in AWS gives blue 50 and green 50. The last update recorded blue 0 and green 100: an update was interrupted, or something else moved the traffic. This config asks for blue 100 and green 0.",
    ]);
  });

  it("goes on where AWS refuses, and says how to take the traffic back otherwise", async () => {
    expect(
      await run({ ...killed, aws: { refusal: "AWS: the public rule could not be written: no. Log in." } }),
    ).toEqual({
      writes: [],
      warnings: [
        `${drifted}, but the rule could not be written and read back ahead of the update: AWS: the public rule could not be written: no. Log in. The update goes on, and fails at its end if the traffic has not moved by then. To take the traffic back without an update, run npm run rollout -- rollback --stage production.`,
      ],
    });
  });

  it("waits where AWS is a moment behind, and ends the program where it keeps another split", async () => {
    const behind = [killed.realWeights, { blue: 100, green: 0 }];
    expect((await run({ ...killed, aws: { thenHas: behind } })).warnings[0]).toContain("and read it back");
    const kept = run({ ...killed, aws: { thenHas: [killed.realWeights] } });
    await expect(kept).rejects.toThrow(
      "AWS accepted blue 100 and green 0 for the public rule and then gave blue 95 and green 5: another update or a rollback is moving the traffic at the same time. Nothing else was changed.",
    );
    await expect(kept).rejects.toSatisfy((error) => pulumi.RunError.isInstance(error));
  });
});
