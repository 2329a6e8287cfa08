import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type FakePulumi, type FakePulumiAnswers, writeFakePulumi } from "./write-fake-pulumi.ts";

/** A Pulumi CLI for one test: a process of its own, which prints what it is told. It goes with the test. */
export function fakePulumi(answers: FakePulumiAnswers): FakePulumi {
  const folder = mkdtempSync(join(tmpdir(), "fake-pulumi-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return writeFakePulumi(folder, answers);
}
