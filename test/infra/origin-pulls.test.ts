import { describe, expect, it } from "vitest";
import { applySettings } from "../../infra/config/apply-settings.ts";
import { projectName } from "../../infra/config/config-keys.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import { program } from "../../infra/program.ts";
import type { OriginPullsInForce } from "../../infra/stack-outputs.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { diffPlans } from "../../rehearsal/plan/diff-plans.ts";
import { recordPlan } from "../../rehearsal/plan/record-plan.ts";
import { worldAfter } from "../../rehearsal/plan/world-after.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { releaseSettingsOf } from "../support/release-settings.ts";
import { recordAt } from "../support/rollout.ts";
import { fixtureFolder } from "../support/stack-files.ts";

const now = new Date("2026-11-23T12:40:00Z");
const images = { "images.blue": assumedImages.blue, "images.green": assumedImages.green };
const releaseSettings = releaseSettingsOf("production");
const at = (weightPercent: number) => recordAt(weightPercent, { images: assumedImages, releaseSettings });
const stand = (mode: OriginPullsInForce["mode"], authorities: readonly number[] = [1], presented = 1) => ({
  mode,
  authorities: [...authorities],
  presented,
});

interface Update {
  /** Null: nothing was deployed yet. Default: at weight 0. */
  readonly record?: RolloutRecord | null;
  /** What the last update left; absent after one of an older version. */
  readonly left?: OriginPullsInForce | undefined;
  /** What the file says; null where it has no such key. */
  readonly asked: OriginPullsInForce | null;
  readonly set?: Readonly<Record<string, unknown>>;
  readonly realWeights?: { readonly blue: number; readonly green: number };
}

/** Runs production's program. @returns what it registers, the output, and what refused it */
async function update({ record = at(0), left, asked, set = {}, realWeights }: Update) {
  const outputs = left === undefined ? {} : { originPulls: left };
  const candidateWeight = record?.weightPercent ?? 0;
  const config = { ...images, candidateWeight, "dns.originPulls": asked ?? undefined, ...set };
  let refusal = "";
  const planned = await recordPlan({
    project: projectName,
    stack: "production",
    config: applySettings(readStackFile(fixtureFolder, "production").values, config),
    calls: record === null ? {} : worldAfter(record, realWeights, outputs),
    program: async () => {
      try {
        return await program({ now, warn: async () => {}, tell: async () => {} });
      } catch (error) {
        refusal = error instanceof Error ? error.message : String(error);
        return {};
      }
    },
  });
  return { resources: planned.resources, left: planned.outputs["originPulls"], refusal };
}

const verify = stand("verify");
const passthrough = stand("passthrough");
const off = stand("off");

describe("an update that changes what requests must present", () => {
  it.each([
    ["nothing was deployed yet: Cloudflare presents a certificate", null, undefined, passthrough],
    ["an older version was deployed", at(0), undefined, passthrough],
    ["off, then presented", at(0), off, passthrough],
    ["presented, then verified", at(0), passthrough, verify],
    ["a second authority is trusted", at(0), verify, stand("verify", [1, 2], 1)],
    ["the second one's certificate is presented", at(0), stand("verify", [1, 2], 1), stand("verify", [1, 2], 2)],
    ["the first authority goes", at(0), stand("verify", [1, 2], 2), stand("verify", [2], 2)],
    ["a rotation is taken back", at(0), stand("verify", [1, 2], 2), stand("verify", [1, 2], 1)],
    ["no longer verified", at(0), verify, passthrough],
    ["off again", at(0), verify, off],
    ["no longer verified, in the middle of a rollout", at(25), verify, passthrough],
  ] as const)("is accepted: %s", async (_, record, left, asked) => {
    const done = await update({ record, left, asked });
    expect(done.refusal).toBe("");
    expect(done.left).toEqual(asked);
  });

  it("needs no output where the file says nothing, and then registers nothing of it", async () => {
    const done = await update({ asked: null, set: { "dns.managesZone": false } });
    expect([done.refusal, done.left]).toEqual(["", undefined]);
    const listener = done.resources.find(({ name }) => name === "portal-production-https");
    const balancer = done.resources.find(({ name }) => name === "portal-production-public");
    expect(listener?.inputs).not.toHaveProperty("mutualAuthentication");
    expect(balancer?.inputs).not.toHaveProperty("connectionLogs");
    expect(done.resources.filter(({ type, name }) => type.startsWith("tls:") || name.includes("origin"))).toEqual([]);
  });

  const order = 'docs/runbook.md, "Requests through this zone alone", has the order.';
  it.each([
    [
      "verified before it is presented",
      { left: off, asked: verify },
      `You asked for dns.originPulls.mode verify, but off is in force: Cloudflare presents no certificate yet, and the load balancer would refuse every request until it does. Set passthrough first: npm run rollout -- set --stage production dns.originPulls.mode passthrough. ${order}`,
    ],
    [
      "verified in the first deployment",
      { record: null, asked: verify },
      "You asked for dns.originPulls.mode verify, but off is in force",
    ],
    [
      "presented before it is trusted",
      { left: verify, asked: stand("verify", [1, 2], 2) },
      `You asked for dns.originPulls.presented 2, but the load balancer does not trust authority 2 yet, only 1. It learns of a new one some time after Cloudflare. Add 2 to dns.originPulls.authorities and keep presented at 1; present 2 in the next update. ${order}`,
    ],
    [
      "no longer trusted while it is presented",
      { left: stand("verify", [1, 2], 1), asked: stand("verify", [2], 2) },
      `You asked for dns.originPulls.authorities 2, but Cloudflare presents the certificate of authority 1, and the load balancer would refuse what it presents until it has changed everywhere. Keep 1 in dns.originPulls.authorities; remove it in the update after the one that presents 2. ${order}`,
    ],
    [
      "the key is removed while it is in force",
      { left: verify, asked: null },
      "You asked to remove dns.originPulls, but verify is in force. Without the key nothing tells the load balancer to stop. Set it to off instead: npm run rollout -- set --stage production dns.originPulls.mode off. After that update the key can go.",
    ],
    [
      "with traffic on the candidate",
      { record: at(25), left: passthrough, asked: verify },
      "You asked for dns.originPulls verify, authorities 1, presented 1, but dns.originPulls passthrough, authorities 1, presented 1 is in force, and green has 25 % of the traffic. What requests must present changes at weight 0 only, in an update of its own. Put dns.originPulls passthrough, authorities 1, presented 1 back until then.",
    ],
    [
      "with traffic that AWS has and the record has not",
      { left: passthrough, asked: verify, realWeights: { blue: 75, green: 25 } },
      "and green has 25 % of the traffic",
    ],
    [
      "in the edit of the first step",
      { left: passthrough, asked: verify, set: { candidateWeight: 5 } },
      "and the same edit changes the weight or the live colour",
    ],
    [
      "the way back with other certificates, with traffic",
      { record: at(25), left: verify, asked: stand("passthrough", [1, 2], 1) },
      "What requests must present changes at weight 0 only",
    ],
  ] as const)("is refused: %s", async (_, asked, message) => {
    const { refusal, left } = await update(asked);
    expect(refusal).toContain(message);
    expect(refusal).not.toContain("<stage>");
    expect(left).toBeUndefined();
  });

  it("is refused beside the rules of the rollout, all at once", async () => {
    const { refusal } = await update({ left: passthrough, asked: verify, set: { candidateWeight: 25 } });
    expect(refusal).toContain("You asked for dns.originPulls verify");
    expect(refusal).toContain("You asked for 25 %");
  });
});

describe("what an update of each kind changes", () => {
  const plan = (asked: OriginPullsInForce) =>
    planFixture({ stage: "production", set: { ...images, "dns.originPulls": asked }, previousRecord: at(0), now });
  const changesOf = async (from: OriginPullsInForce, to: OriginPullsInForce) =>
    diffPlans(await plan(from), await plan(to)).map(
      ({ kind, type, name }) => `${kind} ${type.split(":").at(-1)} ${name.replace("portal-production-", "")}`,
    );

  it("begins to verify by the listener alone, with an alarm on refused connections", async () => {
    expect((await changesOf(passthrough, verify)).sort()).toEqual([
      "create MetricAlarm origin-handshakes",
      "update Listener https",
    ]);
  });

  it("presents another certificate by what Cloudflare is told alone", async () => {
    expect(await changesOf(stand("verify", [1, 2], 1), stand("verify", [1, 2], 2))).toEqual([
      "update AuthenticatedOriginPulls origin-pulls-api",
      "update AuthenticatedOriginPulls origin-pulls-candidate",
    ]);
  });

  it("trusts a second authority without a change of what is presented", async () => {
    const changes = await changesOf(verify, stand("verify", [1, 2], 1));
    expect(changes.filter((change) => !change.startsWith("create"))).toEqual([
      "update BucketObjectv2 origin-authorities",
      "update TrustStore origin",
    ]);
    expect(changes.filter((change) => !/origin-(authority|client)-2/.test(change))).toEqual([
      "update BucketObjectv2 origin-authorities",
      "update TrustStore origin",
    ]);
  });
});
