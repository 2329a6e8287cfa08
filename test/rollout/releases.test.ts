import { describe, expect, it } from "vitest";
import { nextRecord } from "../../rollout/next-record.ts";
import { parseRecord, type RolloutRecord } from "../../rollout/record.ts";
import { keptReleases, releasesOf } from "../../rollout/releases.ts";
import type { Settings } from "../../rollout/settings.ts";
import { bothImages, digest } from "../support/rollout.ts";

const small: Settings = { "api.memoryMib": 2048 };
const large: Settings = { "api.memoryMib": 4096 };

type Observed = Parameters<typeof nextRecord>[1];

const hour = (count: number) => new Date(Date.parse("2026-11-23T00:00:00Z") + count * 3_600_000);

type Change = Partial<Observed> & { readonly isLatched?: boolean };

/** A record after updates an hour apart, each of which changes these parts of what was observed before. */
function recordAfter(changes: readonly Change[], start?: RolloutRecord): RolloutRecord {
  let observed: Observed =
    start === undefined
      ? { liveColour: "blue", weightPercent: 0, images: bothImages, releaseSettings: { blue: small, green: small } }
      : {
          liveColour: start.liveColour,
          weightPercent: start.weightPercent,
          images: start.images,
          releaseSettings: start.releaseSettings,
        };
  let record = start ?? null;
  for (const [index, { isLatched, ...change }] of changes.entries()) {
    observed = { ...observed, ...change };
    record = nextRecord(record, observed, hour(index), isLatched ? { latchSetAt: hour(index).toISOString() } : {});
  }
  if (record === null) throw new Error("There was no update.");
  return record;
}

const steps = [5, 25, 50, 100].map((weightPercent) => ({ weightPercent }));
const promoteGreen = { liveColour: "green", weightPercent: 0 } as const;

/** Each release in a line: number, digest's first letter, colour, most traffic, end. */
function lines(record: RolloutRecord): readonly string[] {
  return releasesOf(record).map(({ number, image, colour, mostPercent, live, end }) => {
    const liveText = live === undefined ? "" : live.until === null ? ", live" : ", was live";
    return `${number} ${image.slice(7, 8)} ${colour} ${mostPercent} %${liveText}${end === undefined ? "" : `, ${end.how}`}`;
  });
}

describe("the releases that ran", () => {
  it("are told of from the first deployment to the promote", () => {
    const promoted = recordAfter([{}, ...steps, promoteGreen]);
    expect(lines(promoted)).toEqual(["1 a blue 0 %, was live, replaced", "2 b green 100 %, live"]);
    expect(promoted.releases?.[1]).toMatchObject({
      stagedAt: hour(0).toISOString(),
      settings: small,
      live: { from: hour(5).toISOString(), until: null },
    });
    expect(parseRecord(structuredClone(promoted))).toEqual(promoted);
  });

  it("tell a return from a promote", () => {
    const returned = recordAfter([{}, ...steps, promoteGreen, { liveColour: "blue" }]);
    expect(lines(returned)).toEqual(["1 a blue 0 %, live", "2 b green 100 %, was live, returned from"]);
  });

  it("tell a rollback from a weight that a person lowered, and forget it when the release goes out again", () => {
    expect(lines(recordAfter([{}, { weightPercent: 5 }, { weightPercent: 0, isLatched: true }]))[1]).toBe(
      "2 b green 5 %, rolled back",
    );
    const lowered = [{}, { weightPercent: 5 }, { weightPercent: 25 }, { weightPercent: 0 }];
    expect(lines(recordAfter(lowered))[1]).toBe("2 b green 25 %, taken back");
    expect(lines(recordAfter([...lowered, { weightPercent: 5 }]))[1]).toBe("2 b green 25 %");
  });

  it("keep why a release went, also where its colour takes another", () => {
    const images = { ...bothImages, green: digest("c") };
    expect(lines(recordAfter([{}, { weightPercent: 5 }, { weightPercent: 0, isLatched: true }, { images }]))).toEqual([
      "1 a blue 0 %, live",
      "2 b green 5 %, rolled back",
      "3 c green 0 %",
    ]);
    expect(lines(recordAfter([{}, { images: { ...bothImages, green: null } }]))[1]).toBe("2 b green 0 %, withdrawn");
    const liveReplaced = recordAfter([{}, { images: { ...bothImages, blue: digest("c") } }]);
    expect(lines(liveReplaced)[0]).toBe("1 a blue 0 %, was live, withdrawn");
  });

  it("count other settings with the same image as another release", () => {
    const staged = recordAfter([{}, { releaseSettings: { blue: small, green: large } }]);
    expect(lines(staged)).toEqual(["1 a blue 0 %, live", "2 b green 0 %, withdrawn", "3 b green 0 %"]);
    expect(staged.releases?.at(-1)?.settings).toEqual(large);
    const inPlace = recordAfter([{}, { releaseSettings: { blue: large, green: small } }]);
    expect(lines(inPlace)).toEqual(["1 a blue 0 %, was live, reconfigured", "2 b green 0 %", "3 a blue 0 %, live"]);
  });

  it("say of settings that a reason changed under traffic that they changed in place, in either colour", () => {
    const forced = recordAfter([{}, { weightPercent: 5 }, { releaseSettings: { blue: large, green: large } }]);
    expect(lines(forced)).toEqual([
      "1 a blue 0 %, was live, reconfigured",
      "2 b green 5 %, reconfigured",
      "3 a blue 0 %, live",
      "4 b green 5 %",
    ]);
  });

  it("stay what they are when a record begins to name the versions of secrets, and change with a version", () => {
    const version = (number: number): Settings => {
      return { ...small, "applicationSecrets.KEY": `version ${number}`, "taskSecrets.migrate": '["KEY"]' };
    };
    const first = { releaseSettings: { blue: version(1), green: version(1) }, keptSecrets: { KEY: [1] } };
    const named = recordAfter([{}, first]);
    expect(lines(named)).toEqual(["1 a blue 0 %, live", "2 b green 0 %"]);
    expect(named.releases?.map(({ settings }) => settings)).toEqual([version(1), version(1)]);
    const second = { releaseSettings: { blue: version(1), green: version(2) }, keptSecrets: { KEY: [1, 2] } };
    expect(lines(recordAfter([{}, first, second]))).toEqual([
      "1 a blue 0 %, live",
      "2 b green 0 %, withdrawn",
      "3 b green 0 %",
    ]);
  });

  it("keep their numbers when they are staged again, in either colour", () => {
    const c = { ...bothImages, green: digest("c") };
    const again = recordAfter([{}, ...steps, promoteGreen, { images: { blue: digest("c"), green: digest("b") } }]);
    const backToA = recordAfter([{ images: bothImages }], again);
    expect(lines(backToA)).toEqual(["2 b green 100 %, live", "3 c blue 0 %, withdrawn", "1 a blue 0 %, was live"]);
    expect(lines(recordAfter([{}, { images: c }, { images: bothImages }]))).toEqual([
      "1 a blue 0 %, live",
      "3 c green 0 %, withdrawn",
      "2 b green 0 %",
    ]);
  });

  it("are two where one runs in both colours", () => {
    const both = recordAfter([{}, { images: { blue: digest("a"), green: digest("a") } }, { weightPercent: 5 }]);
    expect(lines(both)).toEqual(["1 a blue 0 %, live", "2 b green 0 %, withdrawn", "3 a green 5 %"]);
  });

  it("take the settings that the record did not know where nothing else changed", () => {
    const unknown = recordAfter([{ releaseSettings: undefined }]);
    expect(unknown.releases?.map((release) => Object.hasOwn(release, "settings"))).toEqual([false, false]);
    const known = recordAfter([{ releaseSettings: { blue: small, green: large } }], unknown);
    expect(known.releases?.map(({ number, settings }) => [number, settings])).toEqual([
      [1, small],
      [2, large],
    ]);
    // And lose none where nobody could tell.
    const lost = recordAfter([{ releaseSettings: undefined, weightPercent: 5 }], known);
    expect(lost.releases?.map(({ settings }) => settings)).toEqual([small, large]);
    expect(lost.releases?.map((release) => Object.hasOwn(release, "label"))).toEqual([false, false]);
  });

  it("are live since the promote, also after later updates", () => {
    const later = recordAfter([{}, ...steps, promoteGreen, { images: { ...bothImages, blue: digest("c") } }]);
    expect(later.releases?.find(({ colour }) => colour === "green")?.live).toEqual({
      from: hour(5).toISOString(),
      until: null,
    });
  });

  it("have the labels that the images had, and take a corrected one without an event", () => {
    const named = recordAfter([{ labels: { blue: "2.3.0", green: "2.4.0" } }]);
    expect(named.history[0]).toMatchObject({ labels: { blue: "2.3.0", green: "2.4.0" } });
    const renamed = recordAfter([{ labels: { blue: "2.3.0", green: "2.4.0 with invoices" } }], named);
    expect(renamed.releases?.map(({ label }) => label)).toEqual(["2.3.0", "2.4.0 with invoices"]);
    expect(renamed.history).toEqual(named.history);
    const unnamed = recordAfter([{ labels: { blue: "2.3.0", green: null } }], named);
    expect([unnamed.labels, unnamed.releases?.[1]?.label]).toEqual([{ blue: "2.3.0", green: null }, undefined]);
    // Who cannot tell leaves them, and another image has none.
    const images = { ...bothImages, green: digest("c") };
    expect(recordAfter([{ images }], named).labels).toEqual({ blue: "2.3.0", green: null });
    // A release that is gone keeps its own.
    const next = recordAfter([{ images, labels: { blue: "2.3.0", green: "2.5.0" } }], named);
    expect(next.releases?.map(({ label }) => label)).toEqual(["2.3.0", "2.4.0", "2.5.0"]);
  });

  it("are the last that were staged, and always those that run", () => {
    const many = Array.from({ length: 2 * keptReleases }, (_, index) => ({
      images: { ...bothImages, green: `sha256:${String(index).padStart(64, "0")}` },
    }));
    const { releases = [] } = recordAfter([{}, ...many]);
    expect(releases).toHaveLength(keptReleases + 2);
    expect([releases[0]?.number, releases[1]?.number, releases.at(-1)?.number]).toEqual([1, 22, 42]);
  });

  it("are read from the history of a record that an older version wrote, with what is known of their settings", () => {
    const { releases, ...older } = recordAfter([{}, ...steps, promoteGreen]);
    const told = releasesOf({ ...older, history: older.history.map(({ labels: _, ...entry }) => entry) });
    expect(told).toEqual(releases);
    // It does not tell whether the latch was set.
    const { releases: _known, ...lowered } = recordAfter([
      {},
      { weightPercent: 5 },
      { weightPercent: 0, isLatched: true },
    ]);
    expect(lines(lowered)[1]).toBe("2 b green 5 %, taken back");
    const withoutSettings = releasesOf({ ...older, releaseSettings: undefined });
    expect(withoutSettings.map(({ settings }) => settings)).toEqual([undefined, undefined]);
    const next = nextRecord(
      { ...older, releaseSettings: undefined },
      { liveColour: "green", weightPercent: 0, images: older.images, releaseSettings: { blue: small, green: large } },
      hour(9),
    );
    expect(next.releases?.map(({ number, settings }) => [number, settings])).toEqual([
      [1, small],
      [2, large],
    ]);
  });
});
