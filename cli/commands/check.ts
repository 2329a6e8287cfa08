import type { Verdict } from "../../rollout/gate/verdict.ts";
import type { RolloutWorld } from "../world/world.ts";
import type { CommandOutcome } from "./shared/outcome.ts";
import { commonOptions, rolloutCommand } from "./shared/rollout-command.ts";

const exitCodeOf: Readonly<Record<Verdict, CommandOutcome["exitCode"]>> = { pass: 0, fail: 1, "not enough data": 3 };

/** `check`: the gate alone. */
export const check = rolloutCommand({
  name: "check",
  description: "Ask the gate whether the next step may be taken: pass (0), fail (1), not enough data (3).",
  options: {
    ...commonOptions,
    evidence: {
      type: "string",
      description: "Judge the numbers in this evidence file again, instead of asking AWS.",
    },
  },
  examples: [
    {
      line: "npm run rollout -- check --stage production",
      purpose: "Ask when the bake is over: asking again and again until it passes wears the bounds out.",
    },
    {
      line: "npm run rollout -- check --stage production --evidence evidence/production/2026-11-25T10-20-00Z-advance.json",
      purpose: "Whether the recorded verdict follows from the recorded numbers.",
    },
  ],
  async run({ args, openWorld }) {
    const [{ renderGate }, judged] = await Promise.all([
      import("./shared/render-gate.ts"),
      args.evidence === undefined ? judgeNow(await openWorld(args.stage)) : judgeAgain(args.evidence),
    ]);
    const { note, ...gate } = judged;
    return {
      exitCode: exitCodeOf[gate.verdict],
      text: [renderGate(gate), ...(note === undefined ? [] : ["", note])].join("\n"),
      json: { stage: args.stage, ...gate },
    };
  },
});

async function judgeNow(world: RolloutWorld) {
  const [{ readSnapshot }, { gateOf }] = await Promise.all([
    import("../world/snapshot.ts"),
    import("../world/gate.ts"),
  ]);
  const snapshot = await readSnapshot(world);
  return { window: snapshot.window ?? null, ...gateOf(snapshot), note: undefined };
}

async function judgeAgain(path: string) {
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
    ...again,
    note: `Judged again from ${path}: the same verdict as at ${at}, when ${by} ran it.`,
  };
}
