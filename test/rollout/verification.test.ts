import { describe, expect, it } from "vitest";
import { askedFor } from "../../rollout/move.ts";
import {
  formatVerification,
  needsVerification,
  parseVerification,
  releaseFingerprint,
  type Verification,
  type VerificationDemand,
  verificationProblem,
  verificationsIn,
} from "../../rollout/verification.ts";
import { digest, move, recordAt } from "../support/rollout.ts";

const settings = { blue: { "api.memoryMib": 512 }, green: { "api.memoryMib": 512, "api.debug": false } };
const record = recordAt(0, { releaseSettings: settings });
const release = releaseFingerprint(record, "green") ?? "";

const passed: Verification = {
  version: 1,
  release,
  image: digest("b"),
  host: "candidate",
  verdict: "pass",
  at: "2026-11-23T12:00:00.000Z",
  objections: [],
};

function demand(over: Partial<Verification> | null, further: Partial<VerificationDemand> = {}): VerificationDemand {
  return {
    required: true,
    validForSeconds: 86_400,
    parameters: over === null ? {} : { green: formatVerification({ ...passed, ...over }) },
    recorded: record,
    ...further,
  };
}

const first = move(record, { weightPercent: 5 }, "12:40");

describe("the first step", () => {
  it("is taken after a verdict pass about this release on the candidate's own host", () => {
    expect(verificationProblem(first, demand({}))).toBeUndefined();
  });

  it.each([
    ["there is no verdict", null, "Nobody has verified the release in green."],
    ["it is of another release", { release: "0" }, "What was verified in green at 12:00 UTC is another release."],
    [
      "it is of the public host",
      { host: "public" },
      "The release in green was verified at 12:00 UTC on the public host.",
    ],
    [
      "it failed",
      { verdict: "fail", objections: ["log-in", "couple"] },
      "The release in green was verified at 12:00 UTC and failed: log-in, couple.",
    ],
    [
      "it is incomplete",
      { verdict: "incomplete", objections: ["mail"] },
      "The release in green was verified at 12:00 UTC and the verdict is incomplete: mail.",
    ],
    ["it failed and names no check", { verdict: "fail" }, "The release in green was verified at 12:00 UTC and failed."],
    [
      "it is too old",
      { at: "2026-11-22T12:39:00.000Z" },
      "The release in green was verified 24 h 1 min ago, and verify.validFor is 24 h.",
    ],
    [
      "the verdict is of the future",
      { at: "2026-11-23T12:46:00.000Z" },
      "The release in green was verified at 12:46 UTC, which is in the future: a clock was wrong. Verify it again.",
    ],
  ] as const)("is refused where %s, and says what to do", (_, over, stands) => {
    expect(verificationProblem(first, demand(over))).toEqual({
      rule: "verify",
      message: `${askedFor(first)} ${stands} verify.required asks for a verdict pass about exactly this release on the candidate's own host before its first public traffic. Run npm run rollout -- verify --stage <stage> --host candidate, or set rolloutOverride to a reason, and rolloutOverrideAllows to verify. You can lower the weight at any time.`,
      allowance: "verify",
    });
  });

  it.each([
    ["as it begins", "2026-11-23T12:40:00.000Z"],
    ["from then until what it is valid for is over", "2026-11-22T12:40:00.000Z"],
    ["ahead by as much as clocks may differ", "2026-11-23T12:45:00.000Z"],
  ])("is taken after a verdict %s", (_, at) => {
    expect(verificationProblem(first, demand({ at }))).toBeUndefined();
  });

  it("needs nothing where the config requires nothing, or nothing is deployed that could be verified", () => {
    expect(verificationProblem(first, demand(null, { required: false }))).toBeUndefined();
    expect(verificationProblem(first, demand(null, { recorded: null }))).toBeUndefined();
    const recorded = { ...record, images: { ...record.images, green: null } };
    expect(verificationProblem(first, demand(null, { recorded }))).toBeUndefined();
  });

  it("is the only move that needs it", () => {
    const at5 = recordAt(5);
    expect(needsVerification(first)).toBe(true);
    expect(needsVerification(move(record, { weightPercent: 25 }, "12:40"))).toBe(true);
    expect(needsVerification(move(record, {}, "12:40"))).toBe(false);
    expect(needsVerification(move(null, {}, "12:40"))).toBe(false);
    expect(needsVerification(move(at5, { weightPercent: 25 }, "12:40"))).toBe(false);
    expect(needsVerification(move(recordAt(100), { liveColour: "green", weightPercent: 0 }, "12:40"))).toBe(false);
    expect(needsVerification(move(record, { liveColour: "green" }, "12:40"))).toBe(false);
    // AWS has the split already: an update was killed, or somebody moved the rule by hand.
    const moved = move(record, { weightPercent: 5 }, "12:40", { realWeights: { blue: 95, green: 5 } });
    expect(needsVerification(moved)).toBe(true);
  });
});

describe("a release's fingerprint", () => {
  it("is another for another image and for another setting, whatever their order", () => {
    const of = (over: Parameters<typeof recordAt>[1]) => releaseFingerprint(recordAt(0, over), "green");
    const reversed = { ...settings, green: { "api.debug": false, "api.memoryMib": 512 } };
    expect(of({ releaseSettings: reversed })).toBe(release);
    expect(of({ releaseSettings: settings, images: { blue: digest("a"), green: digest("c") } })).not.toBe(release);
    expect(of({ releaseSettings: { ...settings, green: { "api.memoryMib": 1024, "api.debug": false } } })).not.toBe(
      release,
    );
    expect(of({})).not.toBe(release);
    expect(of({ images: { blue: digest("a"), green: null } })).toBeUndefined();
  });
});

describe("a verification's parameter", () => {
  it("is read back, fits SSM, and holds no text that SSM refuses", () => {
    expect(parseVerification(formatVerification(passed))).toEqual(passed);
    const long = formatVerification({
      ...passed,
      objections: Array.from({ length: 90 }, () => `{{${"x".repeat(200)}}}`),
    });
    expect(long.length).toBeLessThan(4096);
    expect(long).not.toMatch(/\{\{/);
  });

  it.each([
    undefined,
    "",
    "pass",
    "{}",
    JSON.stringify({ ...passed, version: 2 }),
    JSON.stringify({ ...passed, at: "now" }),
  ])("that reads %j is none", (value) => {
    expect(parseVerification(value)).toBeUndefined();
  });

  it("is found for each colour beside the latch", () => {
    expect(verificationsIn((end) => ({ "verified-green": "{}" })[end])).toEqual({ green: "{}" });
  });

  it("is shown without what a terminal would take for a command", () => {
    const value = JSON.stringify({ ...passed, verdict: "fail", objections: ["log-in\u001b[2J\nok"] });
    expect(parseVerification(value)?.objections).toEqual(["log-in ok"]);
  });
});
