import { describe, expect, it } from "vitest";
import { type Stage, stages } from "../../infra/config/schema/stage-config.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { diffOutputs, diffPlans } from "../../rehearsal/plan/diff-plans.ts";
import type { StagePlan } from "../../rehearsal/plan/plan-stage.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { parseRollbackAddress } from "../../rollout/rollback-address.ts";
import { planFixture } from "../support/plan-fixture.ts";

const images = { "images.blue": assumedImages.blue, "images.green": assumedImages.green };
const hours = (count: number) => new Date(Date.parse("2026-11-23T00:00:00Z") + count * 3_600_000);

/** Plans the whole rollout of the guide (R1), each update on the record that the one before it left. */
async function rolloutOf(
  stage: Stage,
): Promise<Record<"0" | "5" | "25" | "50" | "100" | "promoted" | "returned", StagePlan>> {
  const plan = (set: Record<string, unknown>, previous: StagePlan | null, now: Date) =>
    planFixture({ stage, set: { ...images, ...set }, previousRecord: previous?.record ?? null, now });
  const at0 = await plan({ candidateWeight: 0 }, null, hours(0));
  const at5 = await plan({ candidateWeight: 5 }, at0, hours(1));
  const at25 = await plan({ candidateWeight: 25 }, at5, hours(3));
  const at50 = await plan({ candidateWeight: 50 }, at25, hours(7));
  const at100 = await plan({ candidateWeight: 100 }, at50, hours(15));
  const promoted = await plan({ liveColour: "green", candidateWeight: 0 }, at100, hours(63));
  const returned = await plan({ liveColour: "blue", candidateWeight: 0 }, promoted, hours(63.1));
  return { "0": at0, "5": at5, "25": at25, "50": at50, "100": at100, promoted, returned };
}

describe.each(stages)("the rollout of %s", (stage) => {
  const rollout = rolloutOf(stage);
  const publicRule = `portal-${stage}-public`;
  const windowHours = { staging: 1, production: 48 }[stage];

  it.each([
    ["0", "5", 5],
    ["5", "25", 25],
    ["25", "50", 50],
    ["50", "100", 100],
  ] as const)("changes the public rule's weights and nothing else from %s to %s", async (from, to, weight) => {
    const { [from]: before, [to]: after } = await rollout;
    const changes = diffPlans(before, after);
    expect(changes.map(({ kind, type, name }) => `${kind} ${type} ${name}`)).toEqual([
      `update aws:lb/listenerRule:ListenerRule ${publicRule}`,
    ]);
    expect(changes[0]?.properties.map(({ path, after: value }) => [path, value])).toEqual([
      ["actions[0].forward.targetGroups[0].weight", 100 - weight],
      ["actions[0].forward.targetGroups[1].weight", weight],
    ]);
    expect(diffOutputs(before, after).map(({ path }) => path)).toEqual([
      "rollout.weightPercent",
      "rollout.since",
      "rollout.releases[1].mostPercent",
      expect.stringMatching(/^rollout\.history\[\d\]$/),
      // The first step fixes the schedule and the settings.
      ...(from === "0" ? ["rollout.schedule", "rollout.settings"] : []),
    ]);
  });

  it("promotes without touching the public rule: the candidate's own host moves, what listens to its alarm, and who is named as live", async () => {
    const { "100": before, promoted } = await rollout;
    expect(
      diffPlans(before, promoted)
        .map(({ kind, type, name }) => `${kind} ${type} ${name}`)
        .sort(),
    ).toEqual([
      `update aws:cloudwatch/eventRule:EventRule portal-${stage}-candidate-alarm`,
      `update aws:lb/listenerRule:ListenerRule portal-${stage}-candidate`,
      `update aws:ssm/parameter:Parameter portal-${stage}-rollback-address`,
    ]);
    expect(promoted.record).toMatchObject({
      liveColour: "green",
      weightPercent: 0,
      promotedAt: hours(63).toISOString(),
    });
  });

  it("tells the rollback command which promote can be undone", async () => {
    const { "100": before, promoted, returned } = await rollout;
    const promoteIn = (plan: StagePlan) => {
      const address = plan.resources.find(({ name }) => name === `portal-${stage}-rollback-address`);
      return parseRollbackAddress(String(address?.inputs["value"])).lastPromote;
    };
    expect(promoteIn(promoted)).toEqual({
      at: hours(63).toISOString(),
      returnUntil: hours(63 + windowHours).toISOString(),
      liveBefore: "blue",
      imageBefore: assumedImages.blue,
      imageNow: assumedImages.blue,
    });
    expect([promoteIn(before), promoteIn(returned)]).toEqual([null, null]);
    // Another step's worth of time later nothing has changed.
    const set = { ...images, liveColour: "green", candidateWeight: 0 };
    const later = await planFixture({ stage, set, previousRecord: promoted.record, now: hours(100) });
    expect(diffPlans(promoted, later)).toEqual([]);
  });

  it("takes a step after a promote by the public rule alone as well", async () => {
    const { promoted } = await rollout;
    const set = { ...images, "images.blue": `sha256:${"d".repeat(64)}`, liveColour: "green" };
    const staged = await planFixture({ stage, set, previousRecord: promoted.record, now: hours(63 + 49) });
    const at5 = await planFixture({
      stage,
      set: { ...set, candidateWeight: 5 },
      previousRecord: staged.record,
      now: hours(63 + 50),
    });
    expect(diffPlans(staged, at5).map(({ name }) => name)).toEqual([publicRule]);
  });

  it("returns after promote by moving the public rule and the candidate's host back", async () => {
    const { promoted, returned, "0": first } = await rollout;
    const rules = diffPlans(promoted, returned).filter(({ type }) => type === "aws:lb/listenerRule:ListenerRule");
    expect(rules.map(({ name }) => name).sort()).toEqual([`portal-${stage}-candidate`, publicRule]);
    // The address tells since when the candidate is the one that it is.
    expect(diffPlans(first, returned).map(({ name }) => name)).toEqual([`portal-${stage}-rollback-address`]);
    expect(returned.record.history.map(({ event }) => event)).toEqual([
      "deployed",
      "advanced",
      "advanced",
      "advanced",
      "advanced",
      "promoted",
      "returned",
    ]);
  });

  it("names blue and green in that order whichever is live", async () => {
    const plans = Object.values(await rollout);
    for (const plan of plans) {
      const groups = new Map(
        plan.resources
          .filter(({ type }) => type === "aws:lb/targetGroup:TargetGroup")
          .map(({ outputs, name }) => [outputs["arn"], name.split("-").at(-1)]),
      );
      const rule = plan.resources.find(({ name, type }) => name === publicRule && type.endsWith(":ListenerRule"));
      const actions = rule?.inputs["actions"] as [{ forward: { targetGroups: { arn: string }[] } }];
      expect(actions[0].forward.targetGroups.map(({ arn }) => groups.get(arn))).toEqual(["blue", "green"]);
    }
  });

  it("violates no policy at any step", async () => {
    for (const plan of Object.values(await rollout)) expect(plan.findings).toEqual([]);
  });

  it("changes nothing, outputs included, when it is run again without a move", async () => {
    const { "25": before } = await rollout;
    const set = { ...images, candidateWeight: 25 };
    const again = await planFixture({ stage, set, previousRecord: before.record, now: hours(5) });
    expect(diffPlans(before, again)).toEqual([]);
    expect(diffOutputs(before, again)).toEqual([]);
  });

  it("names the alarms that a gate judges: all that there are, but for indicators and parts", async () => {
    const { "5": plan, promoted } = await rollout;
    const watched = plan.outputs["watchedAlarmNames"] as Record<"blue" | "green" | "shared", string[]>;
    expect(Object.keys(watched)).toEqual(["blue", "green", "shared"]);
    const named = Object.values(watched).flat();
    const alarms = plan.resources.filter(({ type }) => /^aws:cloudwatch\/(metric|composite)Alarm:/.test(type));
    const left = alarms.filter(({ outputs }) => !named.includes(String(outputs["alarmName"] ?? outputs["name"])));
    const parts =
      /-(none-healthy|weighted|idle-within-\d+m|at-most-\d+-in-60m|error-rate-\d+-of-\d+|response-time.*|error-budget-.*m)$/;
    const alone = left.filter(({ name }) => !parts.test(name)).map(({ name }) => name.replace(`portal-${stage}-`, ""));
    // A step that reached its limit may be left, by the next one too; and what is known of a certificate is no fault of a release.
    const limits = ["limit-100", "limit-25", "limit-5", "limit-50"];
    expect(alone.sort()).toEqual(
      stage === "production" ? [...limits, "origin-client-1-expiry", "origin-handshakes"] : [],
    );
    const rules = alarms.map(({ inputs }) => String(inputs["alarmRule"])).join(" ");
    const ofComposites = left.filter(({ name }) => parts.test(name));
    expect(ofComposites.filter(({ outputs }) => !rules.includes(`"${String(outputs["name"])}"`))).toEqual([]);
    expect(new Set(named).size).toBe(alarms.length - left.length);
    for (const colour of ["blue", "green"] as const) {
      expect(watched[colour].every((name) => name.startsWith(`portal-${stage}-${colour}-`))).toBe(true);
    }
    expect(promoted.outputs["watchedAlarmNames"]).toEqual(watched);
  });

  it("keeps secrets out of the record", async () => {
    const keys = new Set(Object.values(await rollout).flatMap(({ record }) => Object.keys(record)));
    const expected: (keyof RolloutRecord)[] = [
      "version",
      "liveColour",
      "weightPercent",
      "since",
      "images",
      "promotedAt",
      "releaseSettings",
      "returnedFrom",
      "rollbackWindowSeconds",
      "schedule",
      "secretVersions",
      "candidateSince",
      "deployedFile",
      "settings",
      "releases",
      "history",
    ];
    expect([...keys].sort()).toEqual([...expected].sort());
  });
});
