import { describe, expect, it } from "vitest";
import { type GuardrailCounts, type GuardrailLimit, judgeGuardrails } from "../../../rollout/gate/guardrails.ts";
import { packSeries, type StepCounts } from "../../../rollout/gate/step-counts.ts";
import { evenStep } from "../../support/even-step.ts";

const step = () => evenStep({ weightPercent: 25, candidate: { requests: 300 }, live: { requests: 900 } });
const minutes = 120;

/** So many events, one in a minute, evenly over the step. */
function spread(count: number): string {
  return packSeries(
    Array.from({ length: minutes }, (_, index) => {
      return Math.floor(((index + 1) * count) / minutes) - Math.floor((index * count) / minutes);
    }),
  );
}

const loads = (count: number, p95Milliseconds: number) => ({ loads: count, p95Milliseconds });

function judge(
  limits: readonly GuardrailLimit[],
  events: Partial<Record<"failedLogins" | "registrations", readonly [candidate: number, live: number]>>,
  steps: readonly StepCounts[] = [step()],
  pageLoad: GuardrailCounts["pageLoad"] = { candidate: loads(50, 900), live: loads(150, 800) },
) {
  const counted = Object.fromEntries(
    Object.entries(events).map(([event, [candidate, live]]) => [
      event,
      { candidate: spread(candidate), live: spread(live) },
    ]),
  );
  const found = judgeGuardrails({ steps: steps.map(() => counted), pageLoad, limits }, steps, 0.95);
  return Object.fromEntries(found.map((finding) => [finding.what.replace("guardrail ", ""), finding]));
}

describe("judgeGuardrails", () => {
  it("shows all of them side by side, and objects to none that has no limit", () => {
    const found = judge([], { failedLogins: [60, 3], registrations: [1, 40] });
    expect(Object.values(found).map(({ verdict }) => verdict)).toEqual(Array(5).fill("no objection"));
    expect(found["failedLogins"]).toMatchObject({
      value: "60 failed logins in 300 requests",
      bound: "live's 3 failed logins in 900 requests",
    });
    expect(found["registrations"]?.value).toBe("1 registration in 300 requests");
    expect(found["featureUses"]?.value).toBe("0 uses of a feature in 0 requests");
    expect(found["pageLoad"]).toMatchObject({
      value: "p95 900 ms of 50 page loads",
      bound: "live's p95 800 ms of 150 page loads",
    });
  });

  it("objects to more than the limit for each request, and says what was counted", () => {
    const found = judge([{ metric: "failedLogins", objectAbove: 3 }], { failedLogins: [60, 9] });
    expect(found["failedLogins"]).toMatchObject({
      verdict: "fail",
      sentence:
        "The candidate logs more than 3 times as many as live for each request: 60 failed logins in 300 requests, live's 9 failed logins in 900 requests. rollout.guardrails objects to that. A candidate within the limit is refused so in at most 5 % of rollouts. Roll back and read its log.",
    });
  });

  it.each<[string, GuardrailLimit, readonly [number, number], string]>([
    ["as many as live for each request", { metric: "failedLogins", objectAbove: 3 }, [20, 60], "no objection"],
    [
      "twice as many, where three times are allowed",
      { metric: "failedLogins", objectAbove: 3 },
      [40, 60],
      "no objection",
    ],
    ["one, and live none", { metric: "failedLogins", objectAbove: 3 }, [1, 0], "no objection"],
    ["many more", { metric: "failedLogins", objectAbove: 1.5 }, [100, 60], "fail"],
    ["none, and live many", { metric: "registrations", objectBelow: 0.5 }, [0, 90], "fail"],
    ["as many as live for each request", { metric: "registrations", objectBelow: 0.5 }, [30, 90], "no objection"],
    ["none, and live few", { metric: "registrations", objectBelow: 0.5 }, [0, 3], "no objection"],
    [
      "more than live, where less is what counts",
      { metric: "registrations", objectBelow: 0.5 },
      [90, 30],
      "no objection",
    ],
  ])("has an opinion on %s", (_, limit, counts, verdict) => {
    const found = judge([limit], { [limit.metric]: counts });
    expect(found[limit.metric]?.verdict).toBe(verdict);
  });

  it("counts a minute once, in which one client tries a hundred passwords", () => {
    const oneMinute = { candidate: packSeries([100, ...Array<number>(minutes - 1).fill(0)]), live: spread(6) };
    const input = {
      steps: [{ failedLogins: oneMinute }],
      pageLoad: { candidate: { loads: 0 }, live: { loads: 0 } },
      limits: [{ metric: "failedLogins" as const, objectAbove: 3 }],
    };
    expect(judgeGuardrails(input, [step()], 0.95)[0]?.verdict).toBe("no objection");
  });

  it("compares nothing at 0 and at 100 %, where one colour has no public traffic", () => {
    const before = evenStep({ weightPercent: 0, candidate: { requests: 0 }, live: { requests: 900 } });
    const own = judge([{ metric: "failedLogins", objectAbove: 2 }], { failedLogins: [90, 3] }, [before]);
    expect(own["failedLogins"]).toMatchObject({ verdict: "no objection", value: "0 failed logins in 0 requests" });
    const alone = evenStep({ weightPercent: 100, candidate: { requests: 300 }, live: { requests: 0 } });
    const found = judge([{ metric: "registrations", objectBelow: 0.5 }], { registrations: [0, 90] }, [alone]);
    expect(found["registrations"]).toMatchObject({ verdict: "no objection", value: "0 registrations in 0 requests" });
  });

  it.each([
    [loads(50, 2500), loads(150, 800), "fail"],
    [loads(50, 1500), loads(150, 800), "no objection"],
    [loads(19, 2500), loads(150, 800), "no objection"],
    [loads(50, 2500), { loads: 0 }, "no objection"],
    [loads(50, 2500), { loads: 150 }, "no objection"],
    [{ loads: 50 }, loads(150, 800), "no objection"],
    [loads(20, 1601), loads(20, 800), "fail"],
    [loads(20, 1600), loads(20, 800), "no objection"],
    [loads(50, 2500), loads(19, 800), "no objection"],
  ])("holds p95 of page loads of %j against live's %j", (candidate, live, verdict) => {
    const found = judge([{ metric: "pageLoad", objectAbove: 2 }], {}, [step()], { candidate, live });
    expect(found["pageLoad"]?.verdict).toBe(verdict);
  });

  it("tells of page loads how many there were, and what is slow", () => {
    const limit = { metric: "pageLoad", objectAbove: 2 } as const;
    const slow = judge([limit], {}, [step()], { candidate: loads(50, 1900.4), live: loads(150, 800) })["pageLoad"];
    expect(slow).toEqual({
      what: "guardrail pageLoad",
      value: "p95 1900 ms of 50 page loads",
      bound: "live's p95 800 ms of 150 page loads",
      verdict: "fail",
      sentence:
        "Pages of the candidate take more than 2 times as long to load as live's: p95 1900 ms of 50 page loads, live's p95 800 ms of 150 page loads. rollout.guardrails objects to that. Roll back and look for what is slow.",
    });
    const none = judge([limit], {}, [step()], { candidate: { loads: 1 }, live: { loads: 0 } })["pageLoad"];
    expect(none).toMatchObject({
      value: "1 page load",
      bound: "live's 0 page loads",
      verdict: "no objection",
      sentence: "Candidate and live side by side: 1 page load, live's 0 page loads.",
    });
    // Another guardrail's limit is none for page loads.
    const other = [{ metric: "failedLogins", objectAbove: 2 }] as const;
    expect(judge(other, {}, [step()], { candidate: loads(50, 9000), live: loads(50, 1) })["pageLoad"]?.verdict).toBe(
      "no objection",
    );
  });

  it("shares the probability of a wrong objection among the limits of events", () => {
    const chance = (limits: readonly GuardrailLimit[]) =>
      /in at most (\S+ %)/.exec(judge(limits, { registrations: [0, 100] })["registrations"]?.sentence ?? "")?.[1];
    const below = { metric: "registrations", objectBelow: 0.5 } as const;
    expect(chance([below])).toBe("5 %");
    expect(chance([below, { metric: "failedLogins", objectAbove: 3 }])).toBe("2.5 %");
    // Page loads are bounded by no probability.
    expect(chance([below, { metric: "pageLoad", objectAbove: 3 }])).toBe("5 %");
  });

  it("says of less than the limit that it is less", () => {
    const found = judge([{ metric: "registrations", objectAbove: 2, objectBelow: 0.5 }], { registrations: [0, 100] });
    expect(found["registrations"]?.sentence).toMatch(
      /^The candidate logs less than 0\.5 times as many as live for each request: 0 registrations in 300 requests, /,
    );
  });

  it("asks for twice as much where either side of one limit may object", () => {
    // The fewest failed logins, one a minute and none of live, at which it objects.
    const fewest = (limit: Omit<GuardrailLimit, "metric">) =>
      Array.from({ length: minutes }, (_, count) => count).find(
        (count) =>
          judge([{ metric: "failedLogins", ...limit }], { failedLogins: [count, 0] })["failedLogins"]?.verdict ===
          "fail",
      ) ?? 0;
    const [one, both] = [fewest({ objectAbove: 3 }), fewest({ objectAbove: 3, objectBelow: 0.1 })];
    expect(one).toBeGreaterThan(3);
    expect(both).toBeGreaterThan(one);
    expect(both).toBeLessThan(one + 3);
    // At 1.5 times live's a third is allowed and not a half, so that fewer are enough.
    expect(fewest({ objectAbove: 1.5 })).toBeLessThan(one);
  });

  it("takes the share of the requests for a candidate that clients are bound to", () => {
    const limit = { metric: "failedLogins", objectAbove: 1 } as const;
    const of = (candidate: number, live: number) =>
      judge([limit], { failedLogins: [60, 60] }, [
        evenStep({ weightPercent: 10, candidate: { requests: candidate }, live: { requests: live } }),
      ])["failedLogins"]?.verdict;
    expect(of(100, 900)).toBe("fail");
    expect(of(500, 500)).toBe("no objection");
    // Fewer requests than the weight gives do not make the candidate's share smaller.
    expect(of(10, 990)).toBe("fail");
    expect(
      judge([limit], { failedLogins: [12, 108] }, [
        evenStep({ weightPercent: 10, candidate: { requests: 10 }, live: { requests: 990 } }),
      ])["failedLogins"]?.verdict,
    ).toBe("no objection");
    // Without any request counted, the weight stands: 60 of 120 are too many for it, and 12 of 120 are not.
    expect(of(0, 0)).toBe("fail");
    const uncounted = evenStep({ weightPercent: 10, candidate: { requests: 0 }, live: { requests: 0 } });
    expect(judge([limit], { failedLogins: [12, 108] }, [uncounted])["failedLogins"]?.verdict).toBe("no objection");
  });

  it("takes the weight's share of live, too, where fewer of the requests are live's", () => {
    // At 10 % live has 90 % of the events, and may have 0.9 / (0.9 + 0.5 * 0.1) of them, which is 95 %.
    const bound = evenStep({ weightPercent: 10, candidate: { requests: 500 }, live: { requests: 500 } });
    const limit = { metric: "registrations", objectBelow: 0.5 } as const;
    expect(judge([limit], { registrations: [6, 54] }, [bound])["registrations"]?.verdict).toBe("no objection");
  });

  it("holds no event against the limit of another one", () => {
    const found = judge([{ metric: "failedLogins", objectAbove: 2 }], { failedLogins: [1, 9], registrations: [90, 0] });
    expect(found["registrations"]?.verdict).toBe("no objection");
  });

  it("takes a colour that logged nothing in a step's last minutes for one with none, and a step that nobody counted for no step", () => {
    const input = {
      steps: [{ failedLogins: { candidate: spread(60), live: "" } }],
      pageLoad: { candidate: { loads: 0 }, live: { loads: 0 } },
      limits: [{ metric: "failedLogins" as const, objectAbove: 3 }],
    };
    expect(judgeGuardrails(input, [step()], 0.95)[0]).toMatchObject({
      verdict: "fail",
      value: "60 failed logins in 300 requests",
      bound: "live's 0 failed logins in 900 requests",
    });
    expect(judgeGuardrails(input, [step(), step()], 0.95)[0]?.value).toBe("60 failed logins in 300 requests");
  });

  it("says nothing where nobody asked", () => {
    expect(judgeGuardrails(undefined, [step()], 0.95)).toEqual([]);
  });

  it("refuses a candidate that is at the limit in few of many rollouts, asked in every minute", () => {
    let state = 7;
    const random = () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
      return state / 2 ** 31;
    };
    const runs = 2000;
    const counted = step();
    let refused = 0;
    for (let run = 0; run < runs; run++) {
      // Three times live's rate for each request: at 25 % of the traffic, half of all events are the candidate's.
      const ofCandidate: number[] = [];
      const ofLive: number[] = [];
      for (let minute = 0; minute < minutes; minute++) {
        const events = random() < 0.5 ? 1 : 0;
        const isCandidate = random() < 0.5;
        ofCandidate.push(isCandidate ? events : 0);
        ofLive.push(isCandidate ? 0 : events);
      }
      const input = {
        steps: [{ failedLogins: { candidate: packSeries(ofCandidate), live: packSeries(ofLive) } }],
        pageLoad: { candidate: { loads: 0 }, live: { loads: 0 } },
        limits: [{ metric: "failedLogins" as const, objectAbove: 3 }],
      };
      if (judgeGuardrails(input, [counted], 0.95)[0]?.verdict === "fail") refused++;
    }
    expect(refused / runs).toBeLessThan(0.05);
  });
});
