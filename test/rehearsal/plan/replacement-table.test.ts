import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { assumedImages } from "../../../rehearsal/plan/assumed-images.ts";
import { replacementTable } from "../../../rehearsal/plan/replacement/replacement-table.ts";
import { stages } from "../../../rollout/names.ts";
import { bothChats } from "../../support/chats.ts";
import { planFixture } from "../../support/plan-fixture.ts";

/**
 * All that a stage can plan: images for both colours, its tunnel to the database open, the candidate's own host for some
 * addresses alone, a token for Vercel, and both kinds of chat.
 */
const set = {
  images: assumedImages,
  "database.tunnelPort": 15_432,
  "edge.candidateHostAllowedRanges": ["203.0.113.0/24"],
  frontendToken: { secure: "v1:token" },
  "alerts.chat": bothChats,
};
const now = new Date("2026-11-23T00:00:00Z");
const planned = Promise.all(stages.map((stage) => planFixture({ stage, set, previousRecord: null, now })));

describe("the table of what forces a replacement", () => {
  it("has each planned type, and no other", async () => {
    const resources = (await planned).flatMap((plan) => plan.resources);
    const types = new Set(resources.filter(({ custom }) => custom).map(({ type }) => type));
    types.delete("pulumi:pulumi:StackReference");
    expect(Object.keys(replacementTable).sort()).toEqual([...types].sort());
  });

  it("names the provider's page for each", () => {
    for (const [type, { source }] of Object.entries(replacementTable))
      expect([type, source]).toEqual([type, expect.stringMatching(/^https:\/\/[\w.]+\/[\w./-]+$/)]);
  });

  it.each(Object.entries(replacementTable).filter(([type]) => !type.startsWith("pulumi:")))(
    "names inputs that %s has",
    (type, { properties, alternatives = [] }) => {
      const known = inputsOf(type);
      expect(known.length).toBeGreaterThan(0);
      expect([...properties, ...alternatives].filter((property) => !known.includes(property))).toEqual([]);
      expect(new Set(properties).size).toBe(properties.length);
    },
  );
});

/** The inputs of a type, as its class of the pinned SDK sends them. */
function inputsOf(token: string): readonly string[] {
  const [provider = "", module = ""] = token.split(":");
  const scope = provider === "vercel" ? "@pulumiverse" : "@pulumi";
  const path = `../../../node_modules/${scope}/${provider}/${module.replace(/^index\//, "")}.js`;
  const code = readFileSync(new URL(path, import.meta.url), "utf8");
  return [...code.matchAll(/resourceInputs\["(\w+)"\] = /g)].flatMap(([, name]) => name ?? []);
}
