import { describe, expect, it } from "vitest";
import { type AskedNotice, writeNotice } from "../../../cli/notices/notice.ts";
import { openStackFile } from "../../../cli/stack-file/stack-file.ts";
import type { RolloutWorld } from "../../../cli/world.ts";
import { fixtureFolder } from "../../support/stack-files.ts";

const now = new Date("2026-12-09T01:20:00Z");

/** The tests' production stack, with other settings. */
function notice(asked: AskedNotice, settings: Readonly<Record<string, unknown>> = {}) {
  const stackFile = openStackFile(fixtureFolder, "production");
  const sender = { contact: "support@celebrant-portal.com" };
  const world = {
    stage: "production",
    now: () => now,
    stackFile: { ...stackFile, readConfig: () => stackFile.readConfig({ notices: sender, ...settings }) },
  } as Pick<RolloutWorld, "stage" | "now" | "stackFile"> as RolloutWorld;
  return writeNotice(world, asked).text;
}

/** 20:00 to 21:00 in Melbourne, which is 11 hours ahead of UTC in December. */
const window = {
  about: "window",
  from: "2026-12-12T20:00",
  until: "2026-12-12T21:00",
  why: "we move the database",
} as const;
const freeze = (from: string, until: string) => ({
  "rollout.freezeWindows": [{ from, until, reason: "maintenance" }],
});

describe("a notice to users", () => {
  it("has the days of the plan, the host and the contact", () => {
    expect(notice({ about: "planned", start: "2026-11-30", features: "a calendar of ceremonies" })).toBe(
      [
        "Subject: Melbourne Celebrant Portal: an update from Wednesday 9 December",
        "",
        "Hello,",
        "",
        "From Wednesday 9 December we bring an update to the Melbourne Celebrant Portal. It reaches everybody step by step until Thursday 10 December.",
        "",
        "New: a calendar of ceremonies.",
        "",
        "You need do nothing, and no interruption is planned. If something looks wrong, please tell us.",
        "",
        "Questions and feedback: support@celebrant-portal.com.",
        "",
        "Melbourne Celebrant Portal, https://celebrant-portal.com",
      ].join("\n"),
    );
  });

  it("says after a return when it was, and whether entries are kept", () => {
    const text = notice({ about: "problem", means: "Invoices look as before", data: "lost" });
    expect(text).toContain("At Wednesday 9 December, 12:20 (Melbourne) we returned the Melbourne Celebrant Portal");
    expect(text).toContain("Invoices look as before.");
    expect(text).toContain("What you entered since the update is not kept.");
    expect(notice({ about: "problem", means: "x", data: "kept", at: "2026-12-09T09:05" })).toContain(
      "09:05 (Melbourne)",
    );
  });

  it("names everything that is missing at once, each with an example", () => {
    expect(() => notice({ about: "problem" }, { notices: undefined })).toThrow(
      /does not say whom users can ask[\s\S]*--data is missing[\s\S]*--means is missing/,
    );
    expect(() => notice({ about: "planned", start: "30.11.", features: "x" })).toThrow(/--start is "30\.11\."/);
    expect(() => notice({ ...window, from: "8 pm" })).toThrow(/--from is "8 pm"\. Give a local time of Melbourne/);
  });
});

describe("an announced maintenance window", () => {
  it("is written where a freeze window covers it", () => {
    const text = notice(window, freeze("2026-12-12T08:00:00Z", "2026-12-12T12:00:00Z"));
    expect(text).toContain(
      "From Saturday 12 December, 20:00 (Melbourne) to Saturday 12 December, 21:00 (Melbourne) the Melbourne Celebrant Portal is not available: we move the database.",
    );
  });

  it("is covered by two windows that meet, and by one of each week", () => {
    const meeting = [
      { from: "2026-12-12T08:00:00Z", until: "2026-12-12T09:30:00Z", reason: "one" },
      { from: "2026-12-12T09:30:00Z", until: "2026-12-12T10:00:00Z", reason: "two" },
    ];
    expect(notice(window, { "rollout.freezeWindows": meeting })).toContain("is not available");
    const weekly = [{ every: "saturday", from: "18:00", until: "23:00", reason: "weddings" }];
    expect(notice(window, { "rollout.weeklyFreezeWindows": weekly })).toContain("is not available");
  });

  it.each([
    ["nothing covers it", {}],
    ["a freeze window ends a minute before it", freeze("2026-12-12T08:00:00Z", "2026-12-12T09:59:00Z")],
    ["a freeze window begins a minute after it", freeze("2026-12-12T09:01:00Z", "2026-12-12T12:00:00Z")],
  ])("is refused where %s, with the line that adds one", (_, settings) => {
    expect(() => notice(window, settings)).toThrow(
      /No freeze window covers it.*"rollout\.freezeWindows\[\d\]" '\{ from: "2026-12-12T09:00:00\.000Z", until: "2026-12-12T10:00:00\.000Z", reason: we move the database \}'/,
    );
  });

  it("is refused with a line that can be pasted, whatever the reason says", () => {
    const why = "we move the database's disk: 1 h";
    expect(() => notice({ ...window, why })).toThrow(/reason: maintenance \}'/);
  });

  it("is refused where it ends before it begins", () => {
    expect(() => notice({ ...window, until: "2026-12-12T19:00" })).toThrow("--until is not later than --from.");
  });
});
