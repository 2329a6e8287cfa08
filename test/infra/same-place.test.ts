import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { applySettings } from "../../infra/config/apply-settings.ts";
import { projectName } from "../../infra/config/config-keys.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import { program } from "../../infra/program.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import { recordPlan } from "../../rehearsal/plan/record-plan.ts";
import { worldAfter } from "../../rehearsal/plan/world-after.ts";
import { recordAt, verifyingOutputs } from "../support/rollout.ts";
import { fixtureFolder } from "../support/stack-files.ts";

const images = { blue: assumedImages.blue, green: assumedImages.green };
const latch = "aws:ssm/getParametersByPath:getParametersByPath";
const rule = "aws:lb/getListenerRule:getListenerRule";
const heading = "The update is refused before it asks AWS for anything else. Nothing was changed.\n- ";

/** What production's program says of an edit after an update at weight 0 that left these outputs besides, and what it registers. */
async function judge(
  set: Readonly<Record<string, unknown>>,
  left: Readonly<Record<string, unknown>> = {},
  failing: Readonly<Record<string, string>> = {},
) {
  const world = worldAfter(recordAt(0, { images }), undefined, { ...verifyingOutputs, ...left });
  let refusal: unknown;
  const { resources } = await recordPlan({
    project: projectName,
    stack: "production",
    config: applySettings(readStackFile(fixtureFolder, "production").values, {
      "images.blue": images.blue,
      "images.green": images.green,
      "rollout.freezeWindows": [],
      liveColour: "blue",
      candidateWeight: 0,
      ...set,
    }),
    calls: { ...world, failing },
    program: async () => {
      const now = new Date("2026-11-23T15:00:00.000Z");
      try {
        return await program({ now, tell: async () => {}, warn: async () => {} });
      } catch (error) {
        refusal = error;
        return {};
      }
    },
  });
  if (refusal !== undefined) {
    expect(pulumi.RunError.isInstance(refusal)).toBe(true);
    expect(resources.filter(({ type }) => !type.startsWith("pulumi:"))).toEqual([]);
  }
  return refusal instanceof Error ? refusal.message : "accepted";
}

describe("the place of a deployed stage", () => {
  it("is the region of the last update, also where the edit only keeps the weight at 0", async () => {
    const moved = { "aws.region": "ap-southeast-4", "aws.availabilityZones": ["ap-southeast-4a", "ap-southeast-4b"] };
    expect(await judge(moved)).toBe(
      `${heading}aws.region is ap-southeast-4, but the last update deployed production in ap-southeast-2. A stage does not move to another region: Pulumi would replace all that it has, and no weight, latch or alarm could be read there. Put ap-southeast-2 back.`,
    );
  });

  it("is the account of the last update, which is told of before what cannot be found in another one", async () => {
    const message = `${heading}These credentials are for the AWS account 123456789012, but the last update deployed production in 999999999999. Log in to 999999999999 (aws sso login), or set AWS_PROFILE to a profile of that account, and run this command again. With aws.accountId in the stack file, AWS's provider holds this too.`;
    expect(await judge({}, { accountId: "999999999999" })).toBe(message);
    const failing = { [latch]: "not found", [rule]: "RuleNotFound" };
    expect(await judge({ candidateWeight: 5 }, { accountId: "999999999999" }, failing)).toBe(message);
    expect(await judge({}, { accountId: "123456789012" })).toBe("accepted");
  });

  it("is the public's host of the last update: the candidate does not get it, whatever the weight", async () => {
    const endpoints = { api: "https://api.celebrant-portal.com", candidateApi: "https://api-v2.celebrant-portal.com" };
    const left = { endpoints: { ...endpoints, frontend: "https://celebrant-portal.com" } };
    const swapped = { "hosts.api": "api-v2.celebrant-portal.com", "hosts.candidateApi": "api.celebrant-portal.com" };
    expect(await judge(swapped, left)).toBe(
      `${heading}hosts.candidateApi is api.celebrant-portal.com, which has been the public's host (hosts.api) since the last update. The candidate would serve everybody who asks for it, whatever candidateWeight says. Keep api.celebrant-portal.com as hosts.api, and give the candidate another name.`,
    );
    expect(await judge({ "hosts.api": "rest.celebrant-portal.com" }, left)).toBe("accepted");
  });

  it("is unknown where an older version left none", async () => {
    expect(await judge({}, { region: undefined, endpoints: undefined, accountId: undefined })).toBe("accepted");
  });
});
