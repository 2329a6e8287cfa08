import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RequestDimensions, readRequests as readRequestsOf, readTraffic } from "../../../infra/aws/metrics.ts";
import { readResponseTimes } from "../../../infra/aws/response-times.ts";
import type { Colour } from "../../../rollout/colour.ts";
import { countedEventNames } from "../../../rollout/gate/guardrails.ts";
import { periodsOf } from "../../../rollout/gate/step-counts.ts";
import type { ClosedWindow, WatchedTraffic } from "../../../rollout/measurements.ts";
import { answerCalls } from "../../support/aws/answer-calls.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { colourTargetGroup } from "../../support/aws/colour-target-group.ts";
import { type DeployedStage, deployStage } from "../../support/aws/deployed-stage.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { putRequests, type ServedRequests } from "../../support/aws/put-requests.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";

const at = (time: string) => new Date(`2026-11-20T${time}Z`);
const window = (from: string, until: string) => {
  return {
    from: at(from).toISOString(),
    until: at(until).toISOString(),
    seconds: (at(until).getTime() - at(from).getTime()) / 1000,
  };
};

/** Traffic of one step, counted by the minute. */
function watched(step: ClosedWindow): WatchedTraffic {
  return { window: step, periodSeconds: 60, steps: [{ ...step, weightPercent: 5 }] };
}

describeWithMoto("the request metrics", () => {
  let stage: DeployedStage;
  let dimensions: RequestDimensions;
  beforeAll(async () => {
    stage = await deployStage();
    const [blue, green] = [colourTargetGroup(stage.account, "blue"), colourTargetGroup(stage.account, "green")];
    dimensions = {
      loadBalancer: green.loadBalancerSuffix,
      targetGroups: { blue: blue.suffix, green: green.suffix },
      metricNamespace: "CelebrantPortal/staging",
    };
  });
  afterAll(() => stage.moto.stop());

  const client = () => connectClients(stage.moto).watching;
  const readRequests = (of: CloudWatchClient, balancer: RequestDimensions, live: Colour, step: ClosedWindow) =>
    readRequestsOf(of, balancer, live, watched(step));
  const serve = (time: string, requests: number, over: Partial<ServedRequests> = {}) =>
    putRequests(stage.account, { colour: "green", at: at(time), requests, ...over });

  describe("of a window", () => {
    it("are summed up over the whole of it, and none outside of it", async () => {
      await serve("01:59:59", 1000, { errors: 1000 });
      await serve("02:00:00", 40, { errors: 1 });
      await serve("02:30:00", 50, { errors: 2 });
      await serve("02:59:30", 10);
      await serve("03:00:00", 1000, { errors: 1000 });
      await serve("02:30:00", 700, { colour: "blue", errors: 7 });
      const { counts } = await readRequests(client(), dimensions, "blue", window("02:00:00", "03:00:00"));
      expect(counts).toEqual({
        candidate: { requests: 100, errors: 3 },
        live: { requests: 700, errors: 7 },
      });
    });

    it("are those of the other colour where green is live", async () => {
      const { counts } = await readRequests(client(), dimensions, "green", window("02:00:00", "03:00:00"));
      expect([counts.live.requests, counts.candidate.requests]).toEqual([100, 700]);
    });

    it("take one call, however many steps there are", async () => {
      const watching = client();
      const calls = recordCalls(watching);
      const steps = ["02:00:00", "02:10:00", "02:20:00", "02:30:00"].map((from, index) => {
        return { ...window(from, `02:${10 * (index + 1)}:00`), weightPercent: 10 * (index + 1) };
      });
      const traffic = { window: window("02:00:00", "02:40:00"), periodSeconds: 60, steps };
      await readRequestsOf(watching, dimensions, "blue", traffic);
      expect(calls).toEqual(["GetMetricDataCommand"]);
    });

    it("are told by step and minute: answers, refusals, failures, and what was slow", async () => {
      await serve("08:00:10", 10, { errors: 1, refused: 3, seconds: 0.6 });
      await serve("08:02:00", 4, { seconds: 3 });
      await serve("08:03:30", 1000);
      await serve("08:04:00", 7, { hungUp: 2, upgrades: 1, seconds: 0.05 });
      await serve("08:04:59", 90, { colour: "blue", refused: 2 });
      const traffic: WatchedTraffic = {
        window: window("08:00:00", "08:06:00"),
        periodSeconds: 60,
        steps: [
          { ...window("08:00:00", "08:03:00"), weightPercent: 5 },
          { ...window("08:04:00", "08:06:00"), weightPercent: 25 },
        ],
      };
      const { counts, steps } = await readRequestsOf(client(), dimensions, "blue", traffic);
      const quiet = { requests: 0, answered: 0, failed: 0, refused: 0, slow: [0, 0, 0], byBalancer: 0 };
      expect(steps.map(({ weightPercent }) => weightPercent)).toEqual([5, 25]);
      expect(steps.map(periodsOf)).toEqual([
        [
          {
            candidate: { requests: 10, answered: 10, failed: 1, refused: 3, slow: [0, 10, 10], byBalancer: 0 },
            live: quiet,
          },
          { candidate: quiet, live: quiet },
          {
            candidate: { requests: 4, answered: 4, failed: 0, refused: 0, slow: [4, 4, 4], byBalancer: 0 },
            live: quiet,
          },
        ],
        [
          {
            candidate: { requests: 7, answered: 4, failed: 0, refused: 0, slow: [0, 0, 0], byBalancer: 2 },
            live: { requests: 90, answered: 90, failed: 0, refused: 2, slow: [0, 0, 0], byBalancer: 2 },
          },
          { candidate: quiet, live: quiet },
        ],
      ]);
      // The minute between the steps had both splits.
      expect(counts).toEqual({ candidate: { requests: 21, errors: 3 }, live: { requests: 90, errors: 0 } });
    });

    it("have the 95th percentile of all of it, and not of its worst part", async () => {
      await serve("04:00:00", 96, { seconds: 0.1 });
      await serve("04:59:00", 4, { seconds: 3 });
      const watching = client();
      const calls = recordCalls(watching);
      const { candidate, live } = await readResponseTimes(watching, dimensions, "blue", window("04:00:00", "05:00:00"));
      expect(candidate.p95Milliseconds).toBeCloseTo(100);
      expect(candidate.averageMilliseconds).toBeCloseTo(216);
      expect(live).toEqual({});
      expect(calls).toEqual(["GetMetricDataCommand"]);
    });

    it("count as errors what a task hung up on, which the load balancer answers", async () => {
      await serve("06:00:00", 90, { errors: 2 });
      await serve("06:01:00", 10, { hungUp: 10 });
      const { counts } = await readRequests(client(), dimensions, "blue", window("06:00:00", "06:30:00"));
      expect(counts.candidate).toEqual({ requests: 100, errors: 12 });
    });

    it("count what one colour's tasks hung up on for that colour alone", async () => {
      await serve("06:40:00", 50);
      await serve("06:40:00", 400, { colour: "blue", hungUp: 7 });
      const { counts } = await readRequests(client(), dimensions, "blue", window("06:40:00", "06:50:00"));
      expect([counts.candidate.errors, counts.live.errors]).toEqual([0, 7]);
    });

    it("take a WebSocket for an error in no minute but one in which the other colour's tasks hung up", async () => {
      await serve("06:51:00", 20, { upgrades: 20 });
      await serve("06:52:00", 20, { upgrades: 3 });
      await serve("06:52:00", 20, { colour: "blue", hungUp: 2 });
      await serve("06:53:00", 20, { colour: "blue", hungUp: 2 });
      const { counts } = await readRequests(client(), dimensions, "blue", window("06:50:00", "07:00:00"));
      expect([counts.candidate, counts.live]).toEqual([
        { requests: 40, errors: 2 },
        { requests: 40, errors: 4 },
      ]);
    });

    it("are nothing, and no response time of zero, where nothing was served", async () => {
      const silent = window("07:00:00", "08:00:00");
      const { counts } = await readRequests(client(), dimensions, "blue", silent);
      expect(counts).toEqual({ candidate: { requests: 0, errors: 0 }, live: { requests: 0, errors: 0 } });
      expect(await readResponseTimes(client(), dimensions, "blue", silent)).toEqual({ candidate: {}, live: {} });
    });

    /** An answer of CloudWatch with the values of some series, and with none in the others. */
    const answer = (values: Readonly<Record<string, readonly number[]>>, over: object = {}, time = "09:00:00") => {
      const counted = ["asked", "ok", "moved", "refused", "failed", "gateway", "timeout"];
      const times = ["measured", "within0", "within1", "within2", "average", "p95"];
      const logged = [...countedEventNames, "loads", "loadp95"];
      const ids = [...counted, ...times, ...logged].flatMap((what) => [`${what}_blue`, `${what}_green`]);
      return {
        MetricDataResults: ids.map((Id) => {
          const Values = values[Id] ?? [];
          return { Id, StatusCode: "Complete", Timestamps: Values.map(() => at(time)), Values };
        }),
        ...over,
      };
    };
    const ask = (...outputs: readonly object[]) => {
      const watching = client();
      answerCalls(watching, ...outputs);
      return readRequests(watching, dimensions, "blue", window("09:00:00", "10:00:00"));
    };
    const askTimes = (...outputs: readonly object[]) => {
      const watching = client();
      answerCalls(watching, ...outputs);
      return readResponseTimes(watching, dimensions, "blue", window("09:00:00", "10:00:00"));
    };

    it("never have more errors than requests, though one metric arrives before the other", async () => {
      const { counts } = await ask(answer({ asked_green: [3], failed_green: [4], gateway_green: [1] }));
      expect(counts.candidate).toEqual({ requests: 4, errors: 4 });
    });

    it("are read on where CloudWatch answers in pages", async () => {
      const pages = [
        answer({ asked_green: [30], p95_green: [0.2] }, { NextToken: "more" }),
        answer({ asked_green: [12], p95_green: [0.4] }, {}, "09:01:00"),
      ];
      expect((await ask(...pages)).counts.candidate.requests).toBe(42);
      expect((await askTimes(...pages)).candidate.p95Milliseconds).toBe(400);
    });

    it("leave out a value that is no number, which every comparison would let through", async () => {
      const broken = answer({ asked_green: [Number.NaN], p95_green: [Number.NaN] });
      expect((await ask(broken)).counts.candidate).toEqual({ requests: 0, errors: 0 });
      expect((await askTimes(broken)).candidate).toEqual({});
    });

    it.each(["InternalError", "Forbidden", "PartialData"])(
      "are none at all where one series ends in %s",
      async (StatusCode) => {
        const { MetricDataResults } = answer({ asked_green: [100] });
        const broken = MetricDataResults.map((one) => (one.Id === "failed_green" ? { ...one, StatusCode } : one));
        await expect(ask({ MetricDataResults: broken })).rejects.toThrow(
          `AWS: the request metrics could not be read: CloudWatch did not answer whole (failed_green ${StatusCode}). Run the command again.`,
        );
      },
    );

    it("are none at all where a series is not in the answer", async () => {
      const { MetricDataResults } = answer({});
      const without = MetricDataResults.filter(({ Id }) => Id !== "refused_blue");
      await expect(ask({ MetricDataResults: without })).rejects.toThrow("(refused_blue none)");
    });
  });

  describe("of the last hours", () => {
    const now = at("15:20:00");

    it("are whole hours, oldest first, with those among them that had no request", async () => {
      await serve("11:59:00", 5000);
      await serve("12:10:00", 100, { errors: 4 });
      await serve("12:50:00", 300, { colour: "blue", errors: 3 });
      await serve("14:59:00", 60, { colour: "blue" });
      await serve("15:10:00", 5000, { colour: "blue" });
      const watching = client();
      const calls = recordCalls(watching);
      expect(await readTraffic(watching, dimensions, "blue", 3, now)).toEqual([
        {
          from: "2026-11-20T12:00:00.000Z",
          requests: 400,
          liveRequests: 300,
          liveErrors: 3,
          liveRequestsPerTask: 300,
        },
        { from: "2026-11-20T13:00:00.000Z", requests: 0, liveRequests: 0, liveErrors: 0, liveRequestsPerTask: 0 },
        { from: "2026-11-20T14:00:00.000Z", requests: 60, liveRequests: 60, liveErrors: 0, liveRequestsPerTask: 60 },
      ]);
      expect(calls).toEqual(["GetMetricDataCommand"]);
    });

    it("are those of the colour that is live", async () => {
      const [first] = await readTraffic(client(), dimensions, "green", 3, now);
      expect(first).toMatchObject({ requests: 400, liveRequests: 100, liveErrors: 4, liveRequestsPerTask: 100 });
    });

    it("have the load balancer's own answers among live's errors, and no WebSocket", async () => {
      await serve("13:10:00", 30, { colour: "blue", hungUp: 4, errors: 1 });
      await serve("13:40:00", 30, { colour: "blue", upgrades: 5 });
      await serve("13:50:00", 9, { hungUp: 9 });
      const hours = await readTraffic(client(), dimensions, "blue", 3, now);
      expect(hours[1]).toMatchObject({ requests: 69, liveRequests: 60, liveErrors: 5 });
    });

    it("are as many as were asked for, in one call", async () => {
      const watching = client();
      const calls = recordCalls(watching);
      const hours = await readTraffic(watching, dimensions, "blue", 14 * 24, now);
      expect([hours.length, hours[0]?.from, hours.at(-1)?.from]).toEqual([
        336,
        "2026-11-06T15:00:00.000Z",
        "2026-11-20T14:00:00.000Z",
      ]);
      expect(calls).toHaveLength(1);
    });
  });
});
