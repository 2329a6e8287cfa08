import { describe, expect, it } from "vitest";
import { nextRecord } from "../../rollout/next-record.ts";
import { parseRecord } from "../../rollout/record.ts";
import { bothImages, digest, guideSchedule, promotedRecord, recordAt } from "../support/rollout.ts";

const at = new Date("2026-11-23T18:00:00Z");
const now = at.toISOString();

describe("nextRecord", () => {
  it("begins with the first deployment", () => {
    expect(nextRecord(null, { liveColour: "blue", weightPercent: 0, images: bothImages }, at)).toEqual({
      version: 1,
      liveColour: "blue",
      weightPercent: 0,
      since: now,
      images: bothImages,
      promotedAt: null,
      candidateSince: now,
      releases: [
        {
          number: 1,
          colour: "blue",
          image: digest("a"),
          stagedAt: now,
          mostPercent: 0,
          live: { from: now, until: null },
        },
        { number: 2, colour: "green", image: digest("b"), stagedAt: now, mostPercent: 0 },
      ],
      history: [{ at: now, event: "deployed", liveColour: "blue", weightPercent: 0, images: bothImages }],
    });
  });

  it("is the very same record where nothing moved, whatever the clock and the reason say", () => {
    const previous = recordAt(25);
    const observed = { liveColour: "blue", weightPercent: 25, images: { ...bothImages } } as const;
    expect(nextRecord(previous, observed, at, { override: "a reason that was not needed" })).toBe(previous);
  });

  it("starts the bake of a new weight, up or down, and keeps the reason", () => {
    const up = nextRecord(recordAt(5), { liveColour: "blue", weightPercent: 25, images: bothImages }, at, {
      override: "hotfix",
    });
    expect(up).toMatchObject({ weightPercent: 25, since: now });
    expect(up.history).toHaveLength(2);
    expect(up.history[1]).toMatchObject({ at: now, event: "advanced", override: "hotfix" });
    const down = nextRecord(recordAt(50), { liveColour: "blue", weightPercent: 0, images: bothImages }, at);
    expect(down).toMatchObject({ weightPercent: 0, since: now });
    expect(down.history[1]).toMatchObject({ event: "lowered" });
  });

  it("keeps the time of the step where only an image changed", () => {
    const images = { ...bothImages, green: digest("c") };
    const after = nextRecord(recordAt(0), { liveColour: "blue", weightPercent: 0, images }, at);
    expect(after).toMatchObject({ since: recordAt(0).since, images });
    expect(after.history[1]).toMatchObject({ event: "image", images });
  });

  it("opens the rollback window on promote and closes it on the return", () => {
    const promoted = nextRecord(recordAt(100), { liveColour: "green", weightPercent: 0, images: bothImages }, at);
    expect(promoted).toMatchObject({ liveColour: "green", weightPercent: 0, since: now, promotedAt: now });
    expect(promoted.history.at(-1)).toMatchObject({ event: "promoted" });
    const returned = nextRecord(promotedRecord(), { liveColour: "blue", weightPercent: 0, images: bothImages }, at);
    expect(returned).toMatchObject({ liveColour: "blue", promotedAt: null });
    expect(returned.history.at(-1)).toMatchObject({ event: "returned" });
  });

  it("keeps what the gate rested on, and nothing that nobody gave", () => {
    const gate = {
      verdict: "pass",
      window: { from: "2026-11-23T12:00:00.000Z", until: now },
      candidate: { requests: 400, errors: 0 },
      live: { requests: 7600, errors: 8 },
    } as const;
    const observed = { liveColour: "blue", weightPercent: 25, images: bothImages } as const;
    expect(nextRecord(recordAt(5), observed, at, { gate }).history.at(-1)?.gate).toEqual(gate);
    const plain = nextRecord(recordAt(5), observed, at, { overrode: [] });
    expect(Object.keys(plain.history.at(-1) ?? {})).toEqual(["at", "event", "liveColour", "weightPercent", "images"]);
    expect(Object.keys(plain).filter((name) => !Object.hasOwn(recordAt(5), name))).toEqual([
      "candidateSince",
      "releases",
    ]);
  });

  it("tells of a protection that a reason lifted, though nothing else changed", () => {
    const observed = { liveColour: "blue", weightPercent: 0, images: bothImages } as const;
    const because = { override: "INC-3: the network is renumbered", overrode: ["replace-network"] };
    expect(nextRecord(recordAt(0), observed, at, because).history.at(-1)).toMatchObject({
      event: "unprotected",
      ...because,
    });
    const other = { ...because, overrode: ["bake"] };
    const previous = recordAt(0);
    expect(nextRecord(previous, observed, at, other)).toBe(previous);
  });

  it("keeps since when the candidate is what it is, through steps, and begins anew with another image", () => {
    const first = nextRecord(null, { liveColour: "blue", weightPercent: 0, images: bothImages }, at);
    const later = new Date("2026-11-23T20:00:00Z");
    const risen = nextRecord(first, { liveColour: "blue", weightPercent: 5, images: bothImages }, later);
    expect(risen.candidateSince).toBe(now);
    const images = { ...bothImages, green: digest("c") };
    const staged = nextRecord(first, { liveColour: "blue", weightPercent: 0, images }, later);
    expect(staged.candidateSince).toBe(later.toISOString());
  });

  it("begins a step's time with a return, though the weight stays 0, and holds back no release that ran nothing", () => {
    const back = { liveColour: "blue", weightPercent: 0, images: bothImages } as const;
    expect(nextRecord(promotedRecord(), back, at).since).toBe(now);
    const empty = promotedRecord({ images: { ...bothImages, green: null } });
    expect(nextRecord(empty, back, at)).not.toHaveProperty("returnedFrom");
  });

  it("keeps from which release traffic was returned, until another is promoted", () => {
    const observed = { liveColour: "blue", weightPercent: 0, images: bothImages } as const;
    const returned = nextRecord(promotedRecord(), observed, at);
    expect(returned.returnedFrom).toEqual({ at: now, image: digest("b") });
    const later = nextRecord(returned, { ...observed, images: { ...bothImages, green: digest("c") } }, at);
    expect(later.returnedFrom).toEqual(returned.returnedFrom);
  });
});

describe("the schedule in a record", () => {
  const freeze = {
    from: "2026-12-24T00:00:00Z",
    until: "2026-12-27T00:00:00Z",
    reason: "weddings",
    note: "of the file",
  };
  const weekly = {
    days: ["saturday"],
    from: "08:00",
    until: "20:00",
    timeZone: "Australia/Melbourne",
    reason: "weddings",
  };
  const observed = { liveColour: "blue", weightPercent: 5, images: bothImages } as const;
  const schedule = { ...guideSchedule, freezeWindows: [freeze], weeklyFreezeWindows: [weekly as never] };
  const begun = nextRecord(recordAt(0), { ...observed, schedule }, at);

  it("has its steps and windows, without what only the file has", () => {
    const { note: _, ...kept } = freeze;
    expect(begun.schedule).toStrictEqual({
      steps: guideSchedule.steps,
      freezeWindows: [kept],
      weeklyFreezeWindows: [weekly],
    });
    const plain = nextRecord(recordAt(0), { ...observed, schedule: guideSchedule }, at);
    expect(plain.schedule).toStrictEqual({ steps: guideSchedule.steps, freezeWindows: [] });
  });

  it("changes by an update of its own, and only where both are known and the candidate has traffic", () => {
    const stricter = { ...schedule, steps: schedule.steps.map((step) => ({ ...step, bakeSeconds: 90_000 })) };
    expect(nextRecord(begun, { ...observed, schedule: stricter }, at).history.at(-1)?.event).toBe("rescheduled");
    expect(nextRecord(begun, { ...observed, schedule }, at)).toBe(begun);
    expect(nextRecord(begun, observed, at)).toBe(begun);
    const older = recordAt(5);
    expect(nextRecord(older, { ...observed, schedule }, at)).toBe(older);
    const atZero = recordAt(0, { schedule: guideSchedule });
    expect(nextRecord(atZero, { ...observed, weightPercent: 0, schedule }, at)).toBe(atZero);
  });
});

describe("the settings in a record", () => {
  const observed = { liveColour: "blue", weightPercent: 5, images: bothImages } as const;
  const settings = { "api.memoryMib": 2048 };

  it("change by an update of its own, and only where both are known and the candidate has traffic", () => {
    const begun = recordAt(5, { settings });
    const larger = { "api.memoryMib": 4096 };
    expect(nextRecord(begun, { ...observed, settings: larger }, at).history.at(-1)?.event).toBe("reconfigured");
    expect(nextRecord(begun, observed, at)).toBe(begun);
    const older = recordAt(5);
    expect(nextRecord(older, { ...observed, settings }, at)).toBe(older);
    const atZero = recordAt(0, { settings });
    expect(nextRecord(atZero, { ...observed, weightPercent: 0, settings: larger }, at)).toBe(atZero);
  });

  it("are told of where a record of an older version had none of a release", () => {
    const release = { blue: settings, green: settings };
    const after = nextRecord(recordAt(0), { ...observed, weightPercent: 0, releaseSettings: release }, at);
    expect(after).toMatchObject({ releaseSettings: release });
    expect(after.history.at(-1)).toMatchObject({ event: "reconfigured" });
    expect(after.history.at(-1)).not.toHaveProperty("changed");
  });
});

it("names the keys that any release has otherwise, in their order, and none of a colour that runs nothing any more", () => {
  const before = { "api.cpuUnits": 512, "worker.cpuUnits": 512 };
  const previous = recordAt(0, { releaseSettings: { blue: before, green: before } });
  const observed = { liveColour: "blue", weightPercent: 0, images: bothImages } as const;
  const releaseSettings = { blue: { ...before, "worker.cpuUnits": 256 }, green: { ...before, "api.cpuUnits": 1024 } };
  expect(nextRecord(previous, { ...observed, releaseSettings }, at).history.at(-1)).toMatchObject({
    event: "reconfigured",
    changed: ["api.cpuUnits", "worker.cpuUnits"],
  });
  const images = { ...bothImages, green: null };
  const retired = nextRecord(previous, { ...observed, images, releaseSettings: { blue: before, green: null } }, at);
  expect(retired.history.at(-1)).toMatchObject({ event: "image", images });
  expect(retired.history.at(-1)).not.toHaveProperty("changed");
});

describe("what the file said, in a record", () => {
  const [schedule, settings, safeguards] = [guideSchedule, { "api.memoryMib": 2048 }, { "alarms.latencySeconds": 2 }];
  const observed = { liveColour: "blue", weightPercent: 0, images: bothImages } as const;
  const file = { schedule: { steps: schedule.steps, freezeWindows: [] }, settings, safeguards };

  it("is kept without an event, and stays where an update could not tell all of it", () => {
    const told = nextRecord(recordAt(0), { ...observed, schedule, settings, safeguards }, at);
    expect(told).toEqual({ ...recordAt(0), deployedFile: file });
    for (const part of [
      { settings, safeguards },
      { schedule, safeguards },
      { schedule, settings },
    ]) {
      expect(nextRecord(told, { ...observed, ...part }, at)).toBe(told);
      expect(nextRecord(null, { ...observed, ...part }, at)).not.toHaveProperty("deployedFile");
    }
  });
});

describe("what people call the images", () => {
  const observed = { liveColour: "blue", weightPercent: 0, images: bothImages } as const;

  it("changes without an event, also in a record of an older version", () => {
    const named = nextRecord(recordAt(0), { ...observed, labels: { blue: "2.4.0", green: null } }, at);
    expect(named).toEqual({ ...recordAt(0), labels: { blue: "2.4.0", green: null } });
    const unnamed = nextRecord(named, { ...observed, labels: { blue: null, green: null } }, at);
    expect(unnamed).toEqual(recordAt(0));
    expect(unnamed).not.toHaveProperty("labels");
  });
});

describe("the contract migrations in a record", () => {
  const observed = { liveColour: "blue", weightPercent: 0, images: bothImages } as const;
  const migration = { at: "2026-11-22T20:00:00.000Z", image: digest("b") };
  const pending = { at: "2026-11-23T20:00:00.000Z", image: digest("b"), isPending: true } as const;

  it("are kept by an update that changes nothing else, without an event", () => {
    const after = nextRecord(recordAt(0), { ...observed, contracts: [migration, pending] }, at);
    expect(after).toEqual({ ...recordAt(0), contractMigrations: [migration] });
    expect(parseRecord(JSON.parse(JSON.stringify(after)))).toEqual(after);
  });

  it("are kept by a move, and by one that could not tell of any", () => {
    const before = recordAt(0, { contractMigrations: [migration] });
    const step = { ...observed, weightPercent: 5 };
    expect(nextRecord(recordAt(0), { ...step, contracts: [migration] }, at).contractMigrations).toEqual([migration]);
    expect(nextRecord(before, step, at).contractMigrations).toEqual([migration]);
    expect(nextRecord(null, { ...observed, contracts: [migration] }, at).contractMigrations).toEqual([migration]);
  });

  it("leave the very same record where there is nothing new, and none where a restore has undone them", () => {
    const before = recordAt(0, { contractMigrations: [migration] });
    expect(nextRecord(before, { ...observed, contracts: [migration, pending] }, at)).toBe(before);
    expect(nextRecord(before, observed, at)).toBe(before);
    const none = recordAt(0);
    expect(nextRecord(none, { ...observed, contracts: [] }, at)).toBe(none);
    const undone = nextRecord(before, { ...observed, contracts: [] }, at);
    expect(undone).toEqual(recordAt(0));
    expect(undone).not.toHaveProperty("contractMigrations");
  });
});
