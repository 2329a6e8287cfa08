import { describe, expect, it } from "vitest";
import { type GuardrailLimit, judgeGuardrails } from "../../../rollout/gate/guardrails.ts";
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
  pageLoad = { candidate: loads(50, 900), live: loads(150, 800) },
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
    const alone = evenStep({ weightPercent: 100, candidate: { requests: 300 }, live: { requests: 0 } });
    const found = judge([{ metric: "registrations", objectBelow: 0.5 }], { registrations: [0, 90] }, [alone]);
    expect(found["registrations"]).toMatchObject({ verdict: "no objection", value: "0 registrations in 0 requests" });
  });

  it.each([
    [loads(50, 2500), loads(150, 800), "fail"],
    [loads(50, 1500), loads(150, 800), "no objection"],
    [loads(19, 2500), loads(150, 800), "no objection"],
    [loads(50, 2500), { loads: 0 }, "no objection"],
  ])("holds p95 of page loads of %j against live's %j", (candidate, live, verdict) => {
    const found = judge([{ metric: "pageLoad", objectAbove: 2 }], {}, [step()], {
      candidate,
      live: live as ReturnType<typeof loads>,
    });
    expect(found["pageLoad"]?.verdict).toBe(verdict);
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
