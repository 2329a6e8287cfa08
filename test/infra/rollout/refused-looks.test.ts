import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { appendRefusedLook, refusedLooksFile, refusedLooksVariable } from "../../../infra/rollout/refused-looks.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

describe("refusedLooksFile", () => {
  it("lies beside the stage's evidence, unless another is named or none is wanted", () => {
    expect(refusedLooksFile({}, "/project", "staging")).toBe("/project/evidence/staging/refused-looks.jsonl");
    expect(refusedLooksFile({ [refusedLooksVariable]: "/else/looks" }, "/project", "staging")).toBe("/else/looks");
    expect(refusedLooksFile({ [refusedLooksVariable]: "" }, "/project", "staging")).toBeUndefined();
  });
});

describe("appendRefusedLook", () => {
  it("adds a line to a file that may not be there yet, also where the gate gave no figures", () => {
    const file = join(temporaryFolder(), "evidence", "staging", "refused-looks.jsonl");
    const refusals = [{ rule: "data", message: "Wait for 317 more requests." }];
    const figures = {
      verdict: "not enough data" as const,
      window: null,
      candidate: { requests: 30, errors: 0 },
      live: { requests: 570, errors: 1 },
    };
    const wanted = { liveColour: "blue", weightPercent: 25 };
    const at = "2026-11-23T15:00:00.000Z";
    appendRefusedLook(file, wanted, { at, refusals, figures });
    appendRefusedLook(file, wanted, { at, refusals, figures: null });
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { at, wanted, ...figures, refusals },
      { at, wanted, refusals },
    ]);
  });
});
