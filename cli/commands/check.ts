import { buildCommand } from "@stricli/core";
import type { Verdict } from "../../rollout/gate/verdict.ts";
import { namingStage } from "../../rollout/move.ts";
import type { CommandOutcome } from "../outcome.ts";
import type { RolloutWorld } from "../world.ts";
import { action, type CommonFlags, commonFlags, explain, textFlag } from "./command.ts";

interface CheckFlags extends CommonFlags {
  readonly evidence?: string;
}

const exitCodeOf: Readonly<Record<Verdict, CommandOutcome["exitCode"]>> = { pass: 0, fail: 1, "not enough data": 3 };

/** `check`: the gate alone. */
export const check = buildCommand({
  docs: explain("Ask the gate whether the next step may be taken: pass (0), fail (1), not enough data (3).", [
    {
      line: "npm run rollout -- check --stage production",
      purpose: "Ask as often as you like: what it says holds at any number of checks.",
    },
    {
      line: "npm run rollout -- check --stage production --evidence evidence/production/<file>.json",
      purpose: "Judge the recorded numbers again: does the recorded verdict follow from them?",
    },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      evidence: {
        ...textFlag,
        placeholder: "file",
        brief: "Judge the numbers in this evidence file instead of asking AWS.",
      },
    },
  },
  func: action(async ({ stage, evidence }: CheckFlags, openWorld) => {
    const [{ renderGate }, judged] = await Promise.all([
      import("../reports/gate-report.ts"),
      evidence === undefined ? judgeNow(await openWorld(stage)) : judgeAgain(evidence, stage),
    ]);
    const { notes, ...gate } = judged;
    return {
      exitCode: exitCodeOf[gate.verdict],
      text: [renderGate(gate), ...(notes.length === 0 ? [] : ["", ...notes])].join("\n"),
      json: { stage, ...gate },
    };
  }),
});

async function judgeNow(world: RolloutWorld) {
  const { gateOf, readSnapshot } = await import("../snapshot.ts");
  const { awaitedLines, releaseEvidence, toldLines } = await import("../reports/release-evidence.ts");
  const snapshot = await readSnapshot(world);
  const evidence = releaseEvidence(snapshot);
  const awaited = awaitedLines(evidence).map((line) => `The first step waits: ${line}`);
  const notes = [...awaited, ...toldLines(evidence)];
  return { window: snapshot.window ?? null, ...gateOf(snapshot), evidence, notes };
}

async function judgeAgain(path: string, stage: string) {
  const [{ readEvidence }, { judgeGate }] = await Promise.all([
    import("../evidence/evidence-folder.ts"),
    import("../../rollout/gate/judge-gate.ts"),
  ]);
  const { gate, at, by } = await readEvidence(path);
  if (gate === null) throw new Error(`${path} has no gate: nothing was judged by that command.`);
  const again = judgeGate(gate.input);
  if (again.verdict !== gate.verdict) {
    throw new Error(
      `${path} says "${gate.verdict}", and its numbers say "${again.verdict}": it was changed, or judged by other rules.`,
    );
  }
  return {
    window: gate.window,
    input: gate.input,
    verdict: again.verdict,
    ...(again.exposure === undefined ? {} : { exposure: again.exposure }),
    findings: again.findings.map((finding) => ({ ...finding, sentence: namingStage(finding.sentence, stage) })),
    notes: [`Judged again from ${path}: the same verdict as at ${at}, when ${by} ran it.`],
  };
}
