import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createCleanup } from "../../../../rehearsal/local/run/cleanup.ts";

describe("createCleanup", () => {
  it("undoes the newest first, each once", async () => {
    const order: string[] = [];
    const cleanup = createCleanup();
    cleanup.add("first", () => void order.push("first"));
    cleanup.add("second", async () => {
      await sleep(5);
      order.push("second");
    });
    expect(await cleanup.run()).toEqual([]);
    expect(await cleanup.run()).toEqual([]);
    expect(order).toEqual(["second", "first"]);
  });

  it("goes on after a failure and tells it", async () => {
    const order: string[] = [];
    const cleanup = createCleanup();
    cleanup.add("folder", () => void order.push("folder"));
    cleanup.add("port", () => {
      throw new Error("still in use");
    });
    cleanup.add("process", () => Promise.reject(new Error("will not go")));
    expect(await cleanup.run()).toEqual(["process: will not go", "port: still in use"]);
    expect(order).toEqual(["folder"]);
  });

  it("gives up on what hangs and undoes the rest", async () => {
    const order: string[] = [];
    const cleanup = createCleanup(0.05);
    cleanup.add("folder", () => void order.push("folder"));
    cleanup.add("process", () => new Promise(() => {}));
    expect(await cleanup.run()).toEqual(["process: not finished within 0.05 s"]);
    expect(order).toEqual(["folder"]);
  });

  it("undoes one early, and then not again", async () => {
    const order: string[] = [];
    const cleanup = createCleanup();
    const undo = cleanup.add("stage", () => void order.push("stage"));
    await undo();
    await undo();
    await cleanup.run();
    expect(order).toEqual(["stage"]);
  });

  it("undoes at once what is added after it ran", async () => {
    const order: string[] = [];
    const cleanup = createCleanup();
    await cleanup.run();
    cleanup.add("late", () => void order.push("late"));
    expect(order).toEqual(["late"]);
    expect(await cleanup.run()).toEqual([]);
    expect(order).toEqual(["late"]);
  });

  it("is one run for who asks twice at once, as after a second signal", async () => {
    const order: string[] = [];
    const cleanup = createCleanup();
    cleanup.add("slow", async () => {
      order.push("begun");
      await sleep(20);
      order.push("ended");
    });
    await Promise.all([cleanup.run(), cleanup.run()]);
    expect(order).toEqual(["begun", "ended"]);
  });
});
