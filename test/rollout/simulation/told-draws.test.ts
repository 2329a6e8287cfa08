import { describe, expect, it } from "vitest";
import type { Draws } from "../../../rollout/simulation/random.ts";
import { evenTraffic, type Traffic, TrafficMinutes } from "../../../rollout/simulation/traffic.ts";

/** What each kind of draw gives, one after the other. */
type Told = Partial<Record<keyof Draws, readonly number[]>>;

/** Draws that are told, so that minutes can be worked out by hand; `asked` remembers with which numbers. */
function toldDraws(told: Told) {
  const left = new Map(Object.entries(told).map(([kind, values]) => [kind, [...values]]));
  const asked: (readonly (string | number)[])[] = [];
  const draw =
    (kind: keyof Draws) =>
    (...numbers: readonly number[]) => {
      asked.push([kind, ...numbers]);
      const next = left.get(kind)?.shift();
      if (next === undefined) throw new Error(`No ${kind} is told any more: ${JSON.stringify(asked)}.`);
      return next;
    };
  const draws: Draws = {
    uniform: draw("uniform"),
    poisson: draw("poisson"),
    poissonFromOne: draw("poissonFromOne"),
    failuresBeforeSuccess: draw("failuresBeforeSuccess"),
    binomial: draw("binomial"),
  };
  return { draws, asked };
}

function minutesOf(traffic: Partial<Traffic>, told: Told) {
  const { draws, asked } = toldDraws(told);
  const minutes = new TrafficMinutes(
    { kind: evenTraffic, requestsPerHour: 6, failureRate: 0.1, liveFailureRate: 0.2, ...traffic },
    draws,
  );
  return { minutes, asked };
}

const never = Number.POSITIVE_INFINITY;

describe("a quiet portal's minutes, draw by draw", () => {
  it("are skipped to the next one that has requests, which are shared out by the weight", () => {
    const { minutes, asked } = minutesOf(
      {},
      // Of the candidate the first request fails and then the sixth; of live the sixth.
      { failuresBeforeSuccess: [0, 5, 7, 4, 2, 2], poissonFromOne: [3, 1], binomial: [2, 0] },
    );
    expect(minutes.next(10, 100, 0.25)).toEqual({
      minute: 17,
      failed: 1,
      candidateRequests: 2,
      candidateTaskFailures: 1,
      candidateUnanswered: 0,
      candidateShare: 1,
      liveRequests: 1,
      liveTaskFailures: 0,
      liveUnanswered: 0,
      liveShare: 0,
      byBalancer: 0,
    });
    // A tenth of a request comes in a minute.
    const some = expect.closeTo(1 - Math.exp(-0.1), 12);
    expect(asked).toEqual([
      ["failuresBeforeSuccess", 0.1],
      ["failuresBeforeSuccess", 0.2],
      ["failuresBeforeSuccess", some],
      ["poissonFromOne", expect.closeTo(0.1, 12)],
      ["binomial", 3, expect.closeTo(0.25, 12)],
      ["failuresBeforeSuccess", 0.1],
    ]);
    expect(minutes.next(18, 20, 0.25)).toBeUndefined();
    expect(minutes.next(18, 21, 0.25)).toMatchObject({ minute: 20, candidateRequests: 0, liveRequests: 1 });
  });

  it("go by the number of requests from one failure to the next, over the minutes", () => {
    const { minutes } = minutesOf(
      { liveFailureRate: undefined },
      { failuresBeforeSuccess: [3, never, 0, 0, 1, 9], poissonFromOne: [2, 4], binomial: [2, 4] },
    );
    expect(minutes.next(0, 9, 1)).toMatchObject({ minute: 0, candidateRequests: 2, failed: 0 });
    // Three go well: two before and one now. The fourth fails; one goes well, and the next one fails.
    expect(minutes.next(1, 9, 1)).toMatchObject({ minute: 1, candidateRequests: 4, failed: 2 });
  });
});

describe("the minutes of a day, draw by draw", () => {
  const kind = { ...evenTraffic, followsTheDay: true };
  /** Of a tenth of a request a minute, at so many degrees after 3:00. */
  const some = (degrees: number) =>
    expect.closeTo(1 - Math.exp(-0.1 * (1 - 0.9 * Math.cos((degrees * Math.PI) / 180))), 12);

  it("have the mean of the middle of their hour, from 9:00 on", () => {
    const { minutes, asked } = minutesOf(
      { kind, liveFailureRate: undefined },
      { failuresBeforeSuccess: [never, never, 40, 70, 20], poissonFromOne: [1], binomial: [1] },
    );
    // 9:30 and 10:30 have nothing more, and 11:20 has a request. 9:30 is 97.5 degrees of a day after 3:00.
    expect(minutes.next(30, 1000, 1)?.minute).toBe(140);
    expect(asked.slice(2)).toEqual([
      ["failuresBeforeSuccess", some(97.5)],
      ["failuresBeforeSuccess", some(112.5)],
      ["failuresBeforeSuccess", some(127.5)],
      ["poissonFromOne", expect.any(Number)],
      ["binomial", 1, 1],
    ]);
  });

  it("end where they are asked to, within an hour as well", () => {
    const { minutes } = minutesOf(
      { kind, liveFailureRate: undefined },
      { failuresBeforeSuccess: [never, never, 25], poissonFromOne: [1], binomial: [1] },
    );
    expect(minutes.next(30, 50, 1)).toBeUndefined();
  });
});

describe("a busy portal's minutes, draw by draw", () => {
  it("are drawn one by one for each colour, and left out where neither has a request", () => {
    // Five are expected of each colour: 0 up to 0.0067, 4 from 0.265 to 0.440, 5 from 0.440 to 0.616.
    const { minutes, asked } = minutesOf(
      { requestsPerHour: 600 },
      { failuresBeforeSuccess: [never, never], uniform: [0.5, 0.3, 0.001, 0.001, 0.001, 0.5, 0.5, 0.001] },
    );
    expect(minutes.next(0, 9, 0.5)).toMatchObject({ minute: 0, candidateRequests: 5, liveRequests: 4 });
    expect(minutes.next(1, 9, 0.5)).toMatchObject({ minute: 2, candidateRequests: 0, liveRequests: 5 });
    expect(minutes.next(3, 9, 0.5)).toMatchObject({ minute: 3, candidateRequests: 5, liveRequests: 0 });
    expect(asked.map(([kind]) => kind)).toEqual([
      ...Array(2).fill("failuresBeforeSuccess"),
      ...Array(8).fill("uniform"),
    ]);
  });

  it("draw nothing for live where it is not drawn, and at 100 %", () => {
    const told = { failuresBeforeSuccess: [never, never], uniform: [0.5, 0.5] };
    for (const change of [{ liveFailureRate: undefined, requestsPerHour: 600 }, { requestsPerHour: 300 }]) {
      const { minutes, asked } = minutesOf(change, told);
      const weight = change.requestsPerHour === 600 ? 0.5 : 1;
      expect(minutes.next(0, 1, weight)).toMatchObject({ candidateRequests: 5, liveRequests: 0 });
      expect(asked).toHaveLength(3);
    }
  });

  it("come from a table up to a mean of 200", () => {
    const draw = (requestsPerHour: number, told: Told) => {
      const { minutes, asked } = minutesOf({ requestsPerHour }, { failuresBeforeSuccess: [never, never], ...told });
      const found = minutes.next(0, 1, 0.5);
      return [found?.candidateRequests, found?.liveRequests, ...asked.slice(2).flat()];
    };
    expect(draw(24_060, { poisson: [190, 210] })).toEqual([190, 210, "poisson", 200.5, "poisson", 200.5]);
    // The median of a mean that is a whole number is that number.
    expect(draw(24_000, { uniform: [0.5, 0.5] })).toEqual([200, 200, "uniform", "uniform"]);
  });

  it("are taken for quiet where more than three in ten are empty", () => {
    const kinds = (perMinute: number, told: Told) => {
      const { minutes, asked } = minutesOf({ requestsPerHour: 60 * perMinute }, told);
      minutes.next(0, 1, 0.5);
      return asked.slice(2).map(([kind]) => kind);
    };
    // e to the power of -1.2 is 0.301, and of -1.21 it is 0.298.
    expect(kinds(1.2, { failuresBeforeSuccess: [never, never, 5] })).toEqual(["failuresBeforeSuccess"]);
    expect(kinds(1.21, { failuresBeforeSuccess: [never, never], uniform: [0.9, 0.9] })).toEqual(["uniform", "uniform"]);
  });
});

describe("clients that send a failing request again, draw by draw", () => {
  // Three sends on average, two minutes apart.
  const kind = { ...evenTraffic, sendsPerFailure: 3, secondsBetweenSends: 120 };
  const waiting = (minutes: number) => Math.exp(-minutes / 2);
  /** Below 2/3, and not at it, a client sends once more. */
  const [again, enough] = [0.66, 1 - 1 / 3];

  it("send it in later minutes, each by itself, until they have enough", () => {
    const { minutes, asked } = minutesOf(
      { kind, failureRate: 1, liveFailureRate: undefined },
      {
        failuresBeforeSuccess: [0, never, 4, 0, 30, 0, 0, 50],
        poissonFromOne: [1, 1],
        binomial: [1, 0, 1],
        // Half a minute into minute 4, then 2 minutes, 0.2 and 1 later; the last client sends once.
        uniform: [0.5, again, waiting(2), again, waiting(0.2), again, waiting(1), enough, 0.9, enough],
      },
    );
    expect(minutes.next(0, 100, 1)).toMatchObject({ minute: 4, candidateRequests: 1, failed: 1 });
    // Two thirds of the sends repeat one that failed, so that a third is fresh.
    expect(asked.slice(0, 5)).toEqual([
      ["failuresBeforeSuccess", 1],
      ["failuresBeforeSuccess", 0],
      ["failuresBeforeSuccess", expect.closeTo(1 - Math.exp(-0.1 / 3), 12)],
      ["poissonFromOne", expect.closeTo(0.1 / 3, 12)],
      ["binomial", 1, 1],
    ]);
    expect(minutes.next(5, 100, 1)).toMatchObject({ minute: 6, candidateRequests: 2, failed: 2 });
    // In minute 7 a new client comes, too.
    expect(minutes.next(7, 100, 1)).toMatchObject({ minute: 7, candidateRequests: 2, failed: 2 });
    expect(minutes.next(8, 20, 1)).toBeUndefined();
  });

  it("fail as often as the rate says, repeated requests included", () => {
    const { asked } = minutesOf({ kind, failureRate: 0.5 }, { failuresBeforeSuccess: [never, never] });
    // Of 4 fresh requests one fails: it is sent three times, so that 3 of 6 fail. Of live's 13 one fails: 3 of 15.
    expect(asked).toEqual([
      ["failuresBeforeSuccess", expect.closeTo(1 / 4, 12)],
      ["failuresBeforeSuccess", expect.closeTo(1 / 13, 12)],
    ]);
  });

  it("are counted in a busy portal's minutes that have nothing else", () => {
    const nothing = 0.0001;
    const { minutes } = minutesOf(
      { kind, requestsPerHour: 600, failureRate: 0.5, liveFailureRate: 0.5 },
      {
        failuresBeforeSuccess: [0, 0, never, never],
        // One request each, and each client once more: the candidate's in minute 1, live's in minute 2.
        uniform: [0.1, 0.1, 0, again, waiting(1), enough, 0, again, waiting(2), enough, ...Array(6).fill(nothing)],
      },
    );
    const of = (from: number) => {
      const { minute, candidateRequests, failed, liveRequests, liveTaskFailures } = minutes.next(from, 4, 0.5) ?? {};
      return [minute, candidateRequests, failed, liveRequests, liveTaskFailures];
    };
    expect(of(0)).toEqual([0, 1, 1, 1, 1]);
    expect(of(1)).toEqual([1, 1, 1, 0, 0]);
    expect(of(2)).toEqual([2, 0, 0, 1, 1]);
    expect(of(3)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });
});
