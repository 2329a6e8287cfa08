import { describe, expect, it } from "vitest";
import { headingAnchors, isRelative, linkTargets, resolveTarget } from "./markdown.ts";

describe("linkTargets", () => {
  it("finds inline links, angle brackets, titles, images and definitions", () => {
    const text = '[a](a.md), ![b](<b.png>) and [c](c.md#d "title")\n\n[e]: ../e.md\n';
    expect(linkTargets(text)).toEqual(["a.md", "b.png", "c.md#d", "../e.md"]);
  });

  it("takes nothing for a link that is shown as code", () => {
    expect(linkTargets("`[a](a.md)`\n\n```md\n[b](b.md)\n```\n\n[c](c.md)")).toEqual(["c.md"]);
  });
});

describe("isRelative", () => {
  it.each(["a.md", "../a.md", "#a", "docs/a.md#b"])("takes %s for one of ours", (target) => {
    expect(isRelative(target)).toBe(true);
  });

  it.each(["https://a.au/b.md", "mailto:a@b.au", "//a.au"])("leaves %s alone", (target) => {
    expect(isRelative(target)).toBe(false);
  });
});

describe("resolveTarget", () => {
  it.each([
    ["README.md", "docs/a.md", { path: "docs/a.md" }],
    ["docs/a.md", "../infra/b.ts", { path: "infra/b.ts" }],
    ["docs/a.md", "b.md#c", { path: "docs/b.md", anchor: "c" }],
    ["docs/a.md", "#c", { path: "docs/a.md", anchor: "c" }],
    ["docs/a.md", "../a%20b.md", { path: "a b.md" }],
  ])("sees from %s that %s is %j", (file, target, resolved) => {
    expect(resolveTarget(file, target)).toEqual(resolved);
  });
});

describe("headingAnchors", () => {
  it("makes them as GitHub does", () => {
    const text = "# The API's `PORT`, once\n## Restoring (guide B2)\n## Again\n## Again\n```sh\n# no heading\n```\n";
    expect(headingAnchors(text)).toEqual(["the-apis-port-once", "restoring-guide-b2", "again", "again-1"]);
  });
});
