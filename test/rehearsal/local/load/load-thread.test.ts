import { describe, expect, it } from "vitest";
import type { LoadRecord } from "../../../../rehearsal/local/load/load.ts";
import { TrafficRecord } from "../../../../rehearsal/local/load/load-thread.ts";

/** An answer of a colour; the rest of it is of no meaning here. */
function answer(sequence: number, colour: string | undefined, generation = 1): LoadRecord {
  const times = { dueAt: 0, sentAt: 0, endedAt: 0, latencyMilliseconds: 0 };
  const statusCode = colour === undefined ? 502 : 200;
  return {
    kind: "read",
    id: `${sequence}`,
    ...times,
    statusCode,
    generation,
    sequence,
    ...(colour !== undefined && { colour }),
  };
}

/** A load whose requests end in these groups, one a look. */
function trafficOf(...looks: readonly (readonly LoadRecord[])[]) {
  const left = [...looks];
  return new TrafficRecord({ drain: async () => left.shift() ?? [] }, new AbortController().signal);
}

describe("TrafficRecord", () => {
  it("has every request in the order in which they ended", async () => {
    const traffic = trafficOf([answer(1, "blue")], [answer(0, "green"), answer(2, "blue")]);
    await traffic.all();
    expect((await traffic.all()).map(({ id }) => id)).toEqual(["1", "0", "2"]);
  });

  it("judges the first answers by when they were sent, however long a slow colour takes", async () => {
    const fast = [1, 2, 4, 5, 6].map((sequence) => answer(sequence, "blue"));
    const traffic = trafficOf(fast, [answer(3, "green")], [answer(0, "green")]);
    const answers = await traffic.answersUnder(1, 4);
    expect(answers.map(({ colour }) => colour)).toEqual(["green", "blue", "blue", "green"]);
  });

  it("leaves out what no colour answered, and what went by other routes", async () => {
    const traffic = trafficOf([answer(0, "blue", 0), answer(1, undefined), answer(2, "green"), answer(3, "blue")]);
    expect((await traffic.answersUnder(1, 2)).map(({ colour }) => colour)).toEqual(["green", "blue"]);
  });
});
