import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { applySettings } from "../../infra/config/apply-settings.ts";
import { projectName } from "../../infra/config/config-keys.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import { program } from "../../infra/program.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { recordPlan } from "../../rehearsal/plan/record-plan.ts";
import { worldAfter } from "../../rehearsal/plan/world-after.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { recordAt, verifyingOutputs } from "../support/rollout.ts";
import { fixtureFolder } from "../support/stack-files.ts";

const images = { blue: assumedImages.blue, green: assumedImages.green };
const at25 = recordAt(25, { images, since: "2026-11-23T08:00:00.000Z" });
const wayBack =
  "To return all traffic to the live colour now, without this update, run npm run rollout -- rollback --stage production.";

const account = "aws:index/getCallerIdentity:getCallerIdentity";
const zone = "cloudflare:index/getZone:getZone";
const latch = "aws:ssm/getParametersByPath:getParametersByPath";
const rule = "aws:lb/getListenerRule:getListenerRule";

interface Run {
  /** Provider functions that fail, and what their provider says. */
  readonly failing: Readonly<Record<string, string>>;
  /** Null on a first deployment. Default 25 %. */
  readonly previous?: RolloutRecord | null;
  readonly set?: Readonly<Record<string, unknown>>;
  /** Outputs of the last update that are others, or are not there. */
  readonly stackOutputs?: Readonly<Record<string, unknown>>;
}

/** The zone of the last update. */
const lastZone = { name: "celebrant-portal.com", id: "0123456789abcdef0123456789abcdef" };

const now = new Date("2026-11-23T15:00:00.000Z");

/** Runs production's program. */
async function run({ failing, previous = at25, set = { candidateWeight: 25 }, stackOutputs }: Run) {
  const warnings: string[] = [];
  let error: unknown;
  const world = previous === null ? {} : worldAfter(previous, undefined, { ...verifyingOutputs, dnsZone: lastZone });
  const { resources, outputs } = await recordPlan({
    project: projectName,
    stack: "production",
    config: applySettings(readStackFile(fixtureFolder, "production").values, {
      "images.blue": images.blue,
      "images.green": images.green,
      "rollout.freezeWindows": [],
      liveColour: "blue",
      ...set,
    }),
    calls: { ...world, stackOutputs: { ...world.stackOutputs, ...stackOutputs }, failing },
    program: async () => {
      try {
        return await program({ now, tell: async () => {}, warn: async (message) => void warnings.push(message) });
      } catch (thrown) {
        error = thrown;
        return {};
      }
    },
  });
  return { warnings, error, outputs, types: resources.map(({ type }) => type) };
}

describe("a lookup that fails", () => {
  it("of account or zone is made up for by what the last update left, with a warning, and left again", async () => {
    const { warnings, error, outputs, types } = await run({
      failing: { [account]: "dial tcp: lookup sts: no such host", [zone]: "Authentication error (10000)." },
    });
    expect(error).toBeUndefined();
    expect(warnings).toEqual([
      "The AWS account of these credentials cannot be looked up: dial tcp: lookup sts: no such host. The last update used 123456789012, and so does this one.",
      "The Cloudflare zone celebrant-portal.com cannot be looked up: Authentication error (10000). The last update used 0123456789abcdef0123456789abcdef, and so does this one.",
    ]);
    expect(outputs).toMatchObject({
      accountId: "123456789012",
      dnsZone: lastZone,
    });
    expect(types).toContain("cloudflare:index/dnsRecord:DnsRecord");
  });

  it("plans the same with what the last update left as with what was looked up", async () => {
    const looked = await run({ failing: {} });
    const recorded = await run({ failing: { [account]: "no", [zone]: "no" } });
    expect(recorded.outputs).toEqual(looked.outputs);
    expect(recorded.types).toEqual(looked.types);
  });

  it("of both without anything to go on with is one error that names both, what to do and the way back", async () => {
    for (const previous of [null, at25]) {
      // The first update of a stack does not verify certificates yet.
      const set = previous === null ? { "dns.originPulls.mode": "passthrough" } : { candidateWeight: 25 };
      const { error, types } = await run({
        previous,
        set,
        stackOutputs: { accountId: undefined, dnsZone: undefined },
        failing: { [account]: "ExpiredToken", [zone]: "Authentication error (10000)" },
      });
      expect(String(error)).toBe(
        [
          "Error: 2 lookups failed, and the last update of production left nothing that could stand in for them. No resource was changed.",
          "- The AWS account of these credentials cannot be looked up: ExpiredToken. Log in to AWS (aws sso login), or set AWS_PROFILE to a profile that is logged in; no permission is missing, since AWS answers this to all valid credentials.",
          "- The Cloudflare zone celebrant-portal.com cannot be looked up: Authentication error (10000). Set CLOUDFLARE_API_TOKEN to a token that may read this zone, or correct dns.zone in the stack file.",
          `Then run this command again. ${wayBack}`,
        ].join("\n"),
      );
      expect(pulumi.RunError.isInstance(error)).toBe(true);
      expect(types.filter((type) => type !== "pulumi:pulumi:StackReference")).toEqual([
        "pulumi:pulumi:Stack",
        "pulumi:providers:aws",
      ]);
    }
  });

  it("is not made up for by another zone's id, or by another account than the stack file asks for", async () => {
    const moved = await run({ failing: { [zone]: "no" }, stackOutputs: { dnsZone: { name: "old.example", id: "1" } } });
    expect(String(moved.error)).toContain("- The Cloudflare zone celebrant-portal.com cannot be looked up: no.");
    const set = { candidateWeight: 25, "aws.accountId": "999999999999" };
    const other = await run({ failing: { [account]: "no" }, set });
    expect(String(other.error)).toContain("- The AWS account of these credentials cannot be looked up: no.");
    expect((await run({ failing: { [account]: "no" }, set: { ...set, "aws.accountId": "123456789012" } })).error).toBe(
      undefined,
    );
  });

  it("of the latch refuses every weight but 0, which is right whether it is set or not", async () => {
    const refused = await run({ failing: { [latch]: "AccessDeniedException" } });
    expect(String(refused.error)).toBe(
      `Error: The rollback latch cannot be read from AWS: /celebrant-portal/production/rollout/latch, AccessDeniedException. It may be set, and then no weight may rise. Nothing was changed. Log in to AWS if the credentials have expired, allow them ssm:GetParametersByPath if they may not, and run this command again. ${wayBack}`,
    );
    expect(pulumi.RunError.isInstance(refused.error)).toBe(true);
    const { error, warnings } = await run({
      failing: { [latch]: "AccessDeniedException" },
      set: { candidateWeight: 0 },
    });
    expect(error).toBeUndefined();
    expect(warnings[0]).toBe(
      "The rollback latch cannot be read from AWS: /celebrant-portal/production/rollout/latch, AccessDeniedException. All traffic goes to the live colour whatever the latch says, so this update goes on.",
    );
  });

  it.each([account, zone, latch, rule])("%s ends in one error without a stack trace", async (token) => {
    const { error } = await run({
      failing: { [token]: "the provider\n  said this." },
      stackOutputs: { accountId: 1, dnsZone: 1 },
    });
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect(String(error)).toMatch(/the provider said this\. /);
    expect(String(error)).toContain(wayBack);
  });
});
