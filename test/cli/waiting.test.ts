import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tellWaiting } from "../../cli/waiting.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A port that answers when it is told to. */
function slowPort() {
  const answer = Promise.withResolvers<string>();
  const said: string[] = [];
  const port = { name: "split", read: (_of: string) => answer.promise, now: () => 7 };
  return { answer, said, port: tellWaiting(port, "AWS", (line) => said.push(line)) };
}

it("tells within two seconds that a call is waited for, and again until it is answered", async () => {
  const { answer, said, port } = slowPort();
  const reading = port.read("blue");
  await vi.advanceTimersByTimeAsync(1999);
  expect(said).toEqual(["Waiting for AWS, for 2 s so far"]);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(said).toHaveLength(3);
  answer.resolve("95");
  expect(await reading).toBe("95");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said).toHaveLength(3);
});

it("tells nothing of a call that is answered at once, and stops where one fails", async () => {
  const { answer, said, port } = slowPort();
  const reading = port.read("blue");
  answer.reject(new Error("AWS: no."));
  await expect(reading).rejects.toThrow("AWS: no.");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(said).toEqual([]);
});

it("leaves values and calls that wait for nothing as they are", () => {
  const { port } = slowPort();
  expect([port.name, port.now()]).toEqual(["split", 7]);
});
