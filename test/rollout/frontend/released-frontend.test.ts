import { describe, expect, it } from "vitest";
import {
  formatReleasedFrontend,
  outWith,
  outWithPromoted,
  parseReleasedFrontend,
  type ReleasedFrontend,
  releasedFrontendParameterEnd,
} from "../../../rollout/frontend/released-frontend.ts";

const since = "2026-11-20T00:00:00.000Z";
const released: ReleasedFrontend = {
  version: 1,
  colour: "green",
  candidateSince: since,
  state: "out",
  deployment: "dpl_new",
  before: "dpl_old",
  projectId: "prj_1",
  at: "2026-11-21T00:00:00.000Z",
};

describe("the parameter of the released frontend", () => {
  it("is read as it was written, and fits a standard parameter", () => {
    const text = formatReleasedFrontend(released);
    expect(parseReleasedFrontend(text)).toEqual(released);
    expect(text.length).toBeLessThan(400);
    expect(releasedFrontendParameterEnd).toBe("frontend");
  });

  it.each([
    ["no parameter", undefined],
    ["no JSON", "{"],
    ["another version", JSON.stringify({ ...released, version: 2 })],
    ["a deployment that leads elsewhere", JSON.stringify({ ...released, before: "../../v1/projects/x" })],
  ])("is none where it is %s", (_, text) => {
    expect(parseReleasedFrontend(text)).toBeUndefined();
  });

  it("is not written with what could lead elsewhere", () => {
    expect(() => formatReleasedFrontend({ ...released, before: "dpl/x" })).toThrow();
  });
});

describe("whose frontend is out", () => {
  const candidate = { colour: "green", since } as const;

  it("is the candidate's while colour and time agree", () => {
    expect(outWith(released, candidate)).toBe(released);
    expect(outWith(released, { ...candidate, colour: "blue" })).toBeUndefined();
    expect(outWith(released, { ...candidate, since: released.at })).toBeUndefined();
    expect(outWith(undefined, candidate)).toBeUndefined();
  });

  it("is the promoted release's where it was the candidate before the promote", () => {
    const promoted = { liveColour: "green", promotedAt: "2026-11-22T00:00:00.000Z" } as const;
    expect(outWithPromoted(released, promoted)).toBe(released);
    expect(outWithPromoted(released, { ...promoted, liveColour: "blue" })).toBeUndefined();
    expect(outWithPromoted(released, { ...promoted, promotedAt: "2026-11-19T00:00:00.000Z" })).toBeUndefined();
    expect(outWithPromoted(released, { ...promoted, promotedAt: undefined })).toBeUndefined();
  });

  it("is nobody's once it was taken back, and everybody's while that is still to be done", () => {
    const promoted = { liveColour: "blue", promotedAt: undefined } as const;
    const back = { ...released, state: "back" } as const;
    expect([outWith(back, candidate), outWithPromoted(back, { ...promoted, liveColour: "green" })]).toEqual([
      undefined,
      undefined,
    ]);
    const returning = { ...released, state: "returning" } as const;
    expect(outWith(returning, { colour: "blue", since: released.at })).toBe(returning);
    expect(outWithPromoted(returning, promoted)).toBe(returning);
  });
});
