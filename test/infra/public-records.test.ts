import { describe, expect, it } from "vitest";
import { applySettings } from "../../infra/config/apply-settings.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import { program } from "../../infra/program.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import type { CallAnswers } from "../../rehearsal/plan/provider-model/answer-call.ts";
import { recordPlan } from "../../rehearsal/plan/record-plan.ts";
import { worldAfter } from "../../rehearsal/plan/world-after.ts";
import { releaseSettingsOf } from "../support/release-settings.ts";
import { recordAt } from "../support/rollout.ts";
import { fixtureFolder } from "../support/stack-files.ts";

const balancer = "portal-production-1.ap-southeast-2.elb.amazonaws.com";
const api = "api.celebrant-portal.com";
const frontend = "celebrant-portal.com";
const oldServer = [{ type: "A", content: "192.0.2.10" }];

/** What an update finds: hosts whose records the last one left, null on a first deployment; what Cloudflare has. */
interface Found {
  readonly left: readonly string[] | null;
  readonly records?: NonNullable<CallAnswers["dnsRecords"]>;
  readonly pending?: readonly string[];
  readonly failing?: CallAnswers["failing"];
}

/** Runs the program. @returns the planned records that lead somewhere, and how it ended */
async function update({ left, records = {}, pending = [], failing = {} }: Found) {
  const record = recordAt(0, { images: assumedImages, releaseSettings: releaseSettingsOf("production") });
  const outputs = { loadBalancerDnsName: balancer, dnsHosts: left };
  let refusal = "";
  const plan = await recordPlan({
    project: "celebrant-portal",
    stack: "production",
    config: applySettings(readStackFile(fixtureFolder, "production").values, {
      ...(left === null ? {} : { "images.blue": assumedImages.blue, "images.green": assumedImages.green }),
      "dns.pendingHosts": pending,
      // Judged by rules of its own.
      "dns.originPulls": undefined,
    }),
    calls: { ...(left === null ? {} : worldAfter(record, undefined, outputs)), dnsRecords: records, failing },
    program: () =>
      program({ now: new Date("2026-11-23T12:40:00Z"), warn: async () => {}, tell: async () => {} }).catch(
        (error: Error) => {
          refusal = error.message;
          return {};
        },
      ),
  });
  const planned = plan.resources
    .filter(
      ({ type, inputs }) =>
        type === "cloudflare:index/dnsRecord:DnsRecord" && [api, frontend].includes(String(inputs["name"])),
    )
    .filter(({ inputs }) => ["A", "CNAME"].includes(String(inputs["type"])))
    .map(({ inputs }) => inputs["name"]);
  return { planned: planned.sort(), refusal, hosts: plan.outputs["dnsHosts"], registered: plan.resources.length };
}

describe("a first deployment", () => {
  it("plans the records of all public hosts where nothing has them", async () => {
    const found = await update({ left: null });
    expect(found).toMatchObject({ refusal: "", planned: [api, frontend], hosts: ["api", "frontend"] });
  });

  it("is refused where a live site has one of them, with the lines that keep it", async () => {
    const { refusal, planned } = await update({ left: null, records: { [api]: oldServer } });
    expect(planned).toEqual([]);
    expect(refusal).toContain(
      `${api} leads to 192.0.2.10 (A), which is not this stack's. Keep it for now: npm run rollout -- set --stage production dns.pendingHosts "[api]". When the stage has healthy tasks, move it: npm run rollout -- cut-over --stage production --host api`,
    );
  });

  it("names all hosts at once, and records that point nowhere count for nothing", async () => {
    const { refusal } = await update({ left: null, records: { [api]: oldServer, [frontend]: oldServer } });
    expect(refusal.match(/^- /gm)).toHaveLength(2);
    const mail = [
      { type: "MX", content: "mx.example.com" },
      { type: "TXT", content: '"v=spf1 -all"' },
    ];
    expect((await update({ left: null, records: { [frontend]: mail } })).refusal).toBe("");
  });

  it("leaves out the hosts that are pending, and asks nobody about them", async () => {
    const found = await update({
      left: null,
      pending: ["api", "frontend"],
      failing: { "cloudflare:index/getDnsRecords:getDnsRecords": "nobody should have asked" },
    });
    expect(found).toMatchObject({ refusal: "", planned: [], hosts: [] });
  });

  it("is refused where the records cannot be read", async () => {
    const { refusal } = await update({
      left: null,
      failing: { "cloudflare:index/getDnsRecords:getDnsRecords": "Authentication error (10000)" },
    });
    expect(refusal).toContain(`The DNS records of ${api} cannot be read: Authentication error (10000).`);
  });
});

describe("a host that is pending no more", () => {
  const left = ["frontend"];

  it("gets its record where it has none", async () => {
    expect(await update({ left })).toMatchObject({ refusal: "", planned: [api, frontend] });
  });

  it("is accepted where cut-over has led it here", async () => {
    const records = { [api]: [{ type: "CNAME", content: `${balancer.toUpperCase()}.` }] };
    expect(await update({ left, records })).toMatchObject({ refusal: "", planned: [api, frontend] });
  });

  it.each([
    ["another site", oldServer],
    ["another balancer", [{ type: "CNAME", content: "other.elb.amazonaws.com" }]],
    ["here and elsewhere", [{ type: "CNAME", content: balancer }, ...oldServer]],
  ])("is refused where it leads to %s", async (_, records) => {
    const { refusal } = await update({ left, records: { [api]: records } });
    expect(refusal).toContain("which is not this stack's");
  });
});

describe("a host that becomes pending", () => {
  const here = { [api]: [{ type: "CNAME", content: balancer }] };

  it("is refused while it leads here: its record would be deleted", async () => {
    const { refusal } = await update({ left: ["api", "frontend"], pending: ["api"], records: here });
    expect(refusal).toContain("the update would delete its record, and visitors would find nothing");
    expect(refusal).toContain("cut-over --stage production --host api --back");
  });

  it("is accepted where it has been moved back", async () => {
    const found = await update({ left: ["api", "frontend"], pending: ["api"], records: { [api]: oldServer } });
    expect(found).toMatchObject({ refusal: "", planned: [frontend], hosts: ["frontend"] });
  });
});

it("asks nobody where the public hosts are those of the last update, and takes a stack of an older version for whole", async () => {
  const failing = { "cloudflare:index/getDnsRecords:getDnsRecords": "nobody should have asked" };
  expect((await update({ left: ["api", "frontend"], failing })).refusal).toBe("");
  expect((await update({ left: undefined as never, failing })).refusal).toBe("");
});
