import { describe, expect, it } from "vitest";
import { type NextFacts, type NextVerdict, nextCommand } from "../../../cli/reports/next-command.ts";
import { clearLatch, type SetLatch } from "../../../rollout/latch.ts";
import { plannedPath } from "../../../rollout/public-path.ts";
import { bothImages, digest, guideSchedule, promotedRecord, recordAt } from "../../support/rollout.ts";

const images = { blue: digest("a"), green: digest("b") };

/** A stage of which AWS, file and record agree, at 5 %. */
const at5: NextFacts = {
  stage: "production",
  record: recordAt(5),
  schedule: guideSchedule,
  split: { blue: 95, green: 5 },
  latch: clearLatch,
  publicPath: plannedPath("api.celebrants.example"),
  config: { liveColour: "blue", candidateWeight: 5, images },
};

const at0: NextFacts = {
  ...at5,
  record: recordAt(0),
  split: { blue: 100, green: 0 },
  config: { ...at5.config, candidateWeight: 0 },
};

const passes: NextVerdict = { verdict: "pass", refusals: [], bakesUntil: null };

function next(facts: NextFacts, verdict: NextVerdict = passes) {
  return nextCommand(facts, () => verdict);
}

describe("where file, record and AWS agree", () => {
  it.each([
    ["may be taken now", passes, "The step to 25 % may be taken now."],
    ["bakes", { ...passes, bakesUntil: "14:20 UTC" }, "The step to 25 %, when the bake is over at 14:20 UTC."],
    [
      "has too little data",
      { ...passes, verdict: "not enough data" as const },
      "The step to 25 %, when the gate has enough data.",
    ],
    ["is frozen", { ...passes, refusals: ["A window."] }, "The step to 25 %, when nothing below stands in its way."],
  ])("names the step that %s", (_what, verdict, why) => {
    const command = "npm run rollout -- advance --stage production";
    expect(next(at5, verdict)).toEqual({ kind: "step", weightPercent: 25, why, command });
  });

  it("rolls back where the gate fails and the candidate has traffic, and offers no command where it has none", () => {
    const fails: NextVerdict = { ...passes, verdict: "fail" };
    expect(next(at5, fails)).toMatchObject({
      kind: "rollback",
      command: "npm run rollout -- rollback --stage production",
    });
    expect(next(at0, fails)).toMatchObject({ kind: "step", weightPercent: 5, command: null });
  });

  it("promotes from 100 %", () => {
    const at100: NextFacts = {
      ...at5,
      record: recordAt(100),
      split: { blue: 0, green: 100 },
      config: { ...at5.config, candidateWeight: 100 },
    };
    expect(next(at100)).toEqual({
      kind: "promote",
      weightPercent: 0,
      why: "The promote of green may be taken now.",
      command: "npm run rollout -- promote --stage production",
    });
  });
});

describe("where there is no release to roll out", () => {
  const promoted: NextFacts = {
    ...at0,
    record: promotedRecord(),
    split: { blue: 0, green: 100 },
    config: { liveColour: "green", candidateWeight: 0, images },
  };

  it("offers no step after a promote, before a new release is set", () => {
    expect(next(promoted)).toMatchObject({
      kind: "new release",
      why: "blue still has the release that was live before. To roll a new one out, set its digest, then apply the file.",
      command: 'npm run rollout -- set --stage production images.blue "sha256:<digest>"',
    });
  });

  it("offers the first step once a new one is deployed", () => {
    const withNew = { ...images, blue: digest("c") };
    const record = promotedRecord({ images: withNew });
    expect(next({ ...promoted, record, config: { ...promoted.config, images: withNew } })).toMatchObject({
      kind: "step",
      weightPercent: 5,
    });
  });

  it("offers no step for a release that was returned from, but by a reason", () => {
    const returnedFrom = { at: "2026-11-23T11:00:00.000Z", image: digest("b") };
    expect(next({ ...at0, record: recordAt(0, { returnedFrom }) })).toMatchObject({
      kind: "new release",
      why: 'green still has the release that was returned from. To roll a new one out, set its digest, then apply the file. If the same one may go out again, run npm run rollout -- advance --stage production --reason "<why>".',
    });
  });

  it("says that a colour has none", () => {
    const record = recordAt(0, { images: { ...bothImages, green: null } });
    const config = { ...at0.config, images: { blue: digest("a") } };
    expect(next({ ...at0, record, config }).why).toMatch(/^green has no release\./);
  });
});

describe("where the stack file asks for something else", () => {
  it.each([
    [{ candidateWeight: 25 }, "blue live with 25 % on the candidate"],
    [{ liveColour: "green" as const, candidateWeight: 0 }, "green live with 0 % on the candidate"],
    [{ images: { ...images, green: digest("c") } }, "images.green in another version"],
    [{ images: { blue: digest("a") } }, "images.green in another version"],
  ])("applies %j", (edit, asked) => {
    expect(next({ ...at5, config: { ...at5.config, ...edit } })).toMatchObject({
      kind: "apply",
      command: "npm run rollout -- apply --stage production",
      why: `The stack file asks for ${asked}, which is not deployed. Apply it, or set the file back.`,
    });
  });

  it("says where the rules refuse the file as it stands", () => {
    const config = { ...at5.config, candidateWeight: 50 };
    expect(next({ ...at5, config, isFileRefused: true }).why).toMatch(
      /Apply it, when nothing below stands in its way, or set the file back\.$/,
    );
  });
});

describe("where the weights do not decide about all of the public's requests", () => {
  const arn = "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:listener-rule/app/portal/1/2/9";
  const taken = { ...at5.publicPath, rulesBefore: [{ arn, priority: 3, takes: "host *.celebrants.example" }] };

  it("names the rule that takes them, with the line that deletes it", () => {
    expect(next({ ...at5, publicPath: taken })).toEqual({
      kind: "repair",
      weightPercent: 5,
      why: "A rule of priority 3 takes requests of api.celebrants.example away from the public rule. Find out who made it, then delete it.",
      command: `aws elbv2 delete-rule --region ap-southeast-2 --rule-arn ${arn}`,
    });
  });

  it("writes a rule with stickiness or other conditions as planned", () => {
    for (const over of [{ stickySeconds: 300 }, { takesWholeHost: false }]) {
      expect(next({ ...at5, publicPath: { ...at5.publicPath, ...over } })).toMatchObject({
        kind: "repair",
        command:
          "npx pulumi up --refresh --target '**aws:lb/listenerRule:ListenerRule::portal-production-public' --target-dependents --stack production",
      });
    }
  });

  it("comes after a latch and a split that is not the record's", () => {
    const split = { blue: 50, green: 50 };
    expect(next({ ...at5, publicPath: taken, split }).kind).toBe("rollback");
    const latch: SetLatch = { state: "set", at: "2026-11-23T12:30:00Z", reason: "alarm" };
    expect(next({ ...at5, publicPath: taken, latch }).kind).toBe("rollback");
  });
});

describe("where AWS has another split than the record", () => {
  it("applies a file that lowers the weight to at most what AWS and the record have, unless the rules refuse it", () => {
    const facts = { ...at5, record: recordAt(50), split: { blue: 80, green: 20 } };
    expect(next({ ...facts, isFileRefused: false })).toEqual({
      kind: "apply",
      weightPercent: 5,
      command: "npm run rollout -- apply --stage production",
      why: "The stack file asks for 5 %, which is at most what AWS and the record have. Apply it, or roll back.",
    });
    expect(next({ ...facts, isFileRefused: true }).kind).toBe("rollback");
  });

  it("finishes the step that AWS has already", () => {
    const config = { ...at5.config, candidateWeight: 25 };
    expect(next({ ...at5, config, split: { blue: 75, green: 25 } })).toMatchObject({
      kind: "step",
      weightPercent: 25,
      command: "npm run rollout -- advance --stage production",
    });
  });

  it("finishes what the file asks for", () => {
    const config = { ...at5.config, candidateWeight: 0 };
    expect(next({ ...at5, config, split: { blue: 100, green: 0 } })).toMatchObject({ kind: "apply", weightPercent: 0 });
  });

  it("rolls back from weights that nobody asked for", () => {
    expect(next({ ...at5, split: { blue: 40, green: 60 } }).kind).toBe("rollback");
    expect(next({ ...at5, split: { blue: 0, green: 0 } }).kind).toBe("rollback");
  });
});

describe("under the latch", () => {
  const latch: SetLatch = {
    state: "set",
    at: "2026-11-23T13:00:00.000Z",
    reason: "alarm green-errors",
    rolledBack: "green",
  };

  it.each([
    ["AWS still gives the candidate traffic", { ...at5, latch }],
    ["the record has not followed", { ...at5, latch, split: { blue: 100, green: 0 } }],
    ["the file would send traffic out again", { ...at0, latch, config: { ...at0.config, candidateWeight: 5 } }],
    ["the file flips live", { ...at0, latch, config: { ...at0.config, liveColour: "green" as const } }],
  ])("rolls back where %s", (_what, facts) => {
    expect(next(facts)).toMatchObject({
      kind: "rollback",
      command: "npm run rollout -- rollback --stage production",
    });
  });

  it("resumes with a reason while the candidate has the release that was rolled back", () => {
    expect(next({ ...at0, latch })).toMatchObject({
      kind: "resume",
      command: 'npm run rollout -- resume --stage production --reason "why the same release may go out again"',
    });
  });

  it("resumes without one once the candidate has another release", () => {
    const fixed = { ...images, green: digest("c") };
    const since = "2026-11-23T12:00:00.000Z";
    const entry = { at: since, event: "deployed", liveColour: "blue", weightPercent: 0, images: bothImages } as const;
    const history = [entry, { ...entry, at: "2026-11-23T14:00:00.000Z", event: "image", images: fixed } as const];
    const facts = { ...at0, latch, record: recordAt(0, { images: fixed, history }) };
    expect(next({ ...facts, config: { ...facts.config, images: fixed } })).toMatchObject({
      kind: "resume",
      command: "npm run rollout -- resume --stage production",
    });
  });

  it("asks no gate", () => {
    const judge = () => {
      throw new Error("It was asked.");
    };
    expect(nextCommand({ ...at5, latch }, judge).kind).toBe("rollback");
  });
});
