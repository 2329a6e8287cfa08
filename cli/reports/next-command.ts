import { rollbackCommand } from "../../infra/messages.ts";
import { type Colour, colours, otherColour } from "../../rollout/colour.ts";
import type { Verdict } from "../../rollout/gate/verdict.ts";
import type { SetLatch } from "../../rollout/latch.ts";
import { namingStage } from "../../rollout/move.ts";
import type { Stage } from "../../rollout/names.ts";
import {
  deleteRuleCommand,
  type PublicPath,
  publicPathProblems,
  rewriteRuleCommand,
} from "../../rollout/public-path.ts";
import { isOldVersion, isReturnedFrom } from "../../rollout/return.ts";
import { refuseResume } from "../../rollout/rules/latch-and-resume.ts";
import { nextMove } from "../../rollout/schedule.ts";
import { isSameSplit, weightsByColour } from "../../rollout/split.ts";
import type { Standing } from "../snapshot.ts";

/** What a person does next. */
export interface NextCommand {
  /**
   * What it is for:
   * - `step`, `promote`: the rollout goes on
   * - `new release`: there is no release yet that could get traffic
   * - `apply`: the stack file asks for something that is not deployed
   * - `repair`: the listener is put back as it is planned
   * - `rollback`: the traffic goes back to live, or file and record are to say that it has
   * - `resume`: the latch is cleared
   */
  readonly kind: "step" | "promote" | "new release" | "apply" | "repair" | "rollback" | "resume";
  /** Per cent for the candidate after it. */
  readonly weightPercent: number;
  /** What it does, and what has to be done or waited for before; a sentence or more. */
  readonly why: string;
  /** A line to paste. Null where a command would be refused whatever it is. */
  readonly command: string | null;
}

/** Where a stage stands, as far as the next command depends on it. */
export type NextFacts = Pick<Standing, "record" | "schedule" | "split" | "latch"> & {
  readonly stage: Stage;
  readonly publicPath: PublicPath;
  /** Whether the rules refuse the stack file as it stands. Absent where nobody asked them. */
  readonly isFileRefused?: boolean | undefined;
  readonly config: Pick<Standing["config"], "liveColour" | "candidateWeight" | "images">;
};

/** Whether the next step or the promote may be taken now. */
export interface NextVerdict {
  readonly verdict: Verdict;
  /** What the rules refuse it for. */
  readonly refusals: readonly string[];
  /** When the bake is over, for a person; null where it is, and at 0 %. */
  readonly bakesUntil: string | null;
}

/**
 * The one command that comes next. A set latch comes first, then a split that is not the record's, then a listener that the
 * weights do not decide about, then a file that asks for something else, and only then the schedule.
 *
 * @param judge asked only where the rollout may go on
 */
export function nextCommand(facts: NextFacts, judge: () => NextVerdict): NextCommand {
  const { latch } = facts;
  if (latch.state === "set") return underLatch(facts, latch);
  return (
    underDrift(facts) ?? unplannedPath(facts) ?? undeployed(facts) ?? withoutRelease(facts) ?? onward(facts, judge())
  );
}

function underLatch(facts: NextFacts, latch: SetLatch): NextCommand {
  const { stage, record, split, config } = facts;
  const { liveColour: live } = record;
  const rollback = { kind: "rollback", weightPercent: 0, command: rollbackCommand(stage) } as const;
  if (!isSameSplit(split, weightsByColour(live, 0))) {
    return { ...rollback, why: `Return all traffic to ${live}. The latch is set, and AWS still gives other weights.` };
  }
  const { candidateWeight: configuredWeightPercent } = config;
  if (record.weightPercent !== 0 || configuredWeightPercent !== 0 || config.liveColour !== live) {
    return { ...rollback, why: "The traffic is back. Make the stack file and the record say so too." };
  }
  const needsReason = refuseResume({ record, latch, split, configuredWeightPercent }).length > 0;
  const reason = needsReason ? ' --reason "why the same release may go out again"' : "";
  const candidate = otherColour(live);
  return {
    kind: "resume",
    weightPercent: 0,
    command: `npm run rollout -- resume --stage ${stage}${reason}`,
    why: needsReason
      ? `Find the cause. Set images.${candidate} to a fixed release and apply it, or give a reason. Then clear the latch.`
      : "Clear the latch, when the cause is found.",
  };
}

/** AWS has another split than the record, and no rollback stands: an update was cut off, or somebody moved the traffic. */
function underDrift({ stage, record, schedule, split, config, isFileRefused }: NextFacts): NextCommand | undefined {
  const { liveColour: live } = record;
  if (isSameSplit(split, weightsByColour(live, record.weightPercent))) return undefined;
  const next = nextMove(record, schedule);
  if (next.kind === "step" && isSameSplit(split, weightsByColour(live, next.nextWeightPercent))) {
    return {
      kind: "step",
      weightPercent: next.nextWeightPercent,
      command: `npm run rollout -- advance --stage ${stage}`,
      why: `AWS has the step to ${next.nextWeightPercent} % already, and the record does not: an update was cut off. Finish it, or roll back.`,
    };
  }
  if (isSameSplit(split, weightsByColour(config.liveColour, config.candidateWeight))) {
    return {
      kind: "apply",
      weightPercent: config.candidateWeight,
      command: applyCommand(stage),
      why: "AWS has what the stack file asks for, and the record does not: an update was cut off. Finish it.",
    };
  }
  if (isFileRefused === false && config.candidateWeight < record.weightPercent) {
    return {
      kind: "apply",
      weightPercent: config.candidateWeight,
      command: applyCommand(stage),
      why: `The stack file asks for ${config.candidateWeight} %, which is at most what AWS and the record have. Apply it, or roll back.`,
    };
  }
  return {
    kind: "rollback",
    weightPercent: 0,
    command: rollbackCommand(stage),
    why: `Nobody asked for the weights that AWS has. Return all traffic to ${live}.`,
  };
}

/** The split is the record's, and the weights do not decide about all of the public's requests. */
function unplannedPath({ stage, record, publicPath }: NextFacts): NextCommand | undefined {
  if (publicPathProblems(publicPath).length === 0) return undefined;
  const [rule] = publicPath.rulesBefore;
  const { weightPercent } = record;
  if (rule !== undefined) {
    const why = `A rule of priority ${rule.priority} takes requests of ${publicPath.host} away from the public rule. Find out who made it, then delete it.`;
    return { kind: "repair", weightPercent, why, command: deleteRuleCommand(rule) };
  }
  const why = "Somebody has changed the public rule by hand. Write it as planned, with the weights as they are.";
  return { kind: "repair", weightPercent, why, command: namingStage(rewriteRuleCommand, stage) };
}

/** The stack file asks for something that the last update did not make true. */
function undeployed({ stage, record, config, isFileRefused = false }: NextFacts): NextCommand | undefined {
  const isSame = config.liveColour === record.liveColour && config.candidateWeight === record.weightPercent;
  const changed = colours.filter((colour) => (config.images[colour] ?? null) !== record.images[colour]);
  if (isSame && changed.length === 0) return undefined;
  const asked = isSame
    ? `images.${changed.join(" and images.")}`
    : `${config.liveColour} live with ${config.candidateWeight} % on the candidate`;
  return {
    kind: "apply",
    weightPercent: config.candidateWeight,
    command: applyCommand(stage),
    why: `The stack file asks for ${asked}${isSame ? " in another version" : ""}, which is not deployed. Apply it${isFileRefused ? ", when nothing below stands in its way" : ""}, or set the file back.`,
  };
}

/**
 * At weight 0, a candidate without a release, with the one that was live before, or with one that was returned from, has
 * nothing to roll out.
 */
function withoutRelease({ stage, record }: NextFacts): NextCommand | undefined {
  const candidate: Colour = otherColour(record.liveColour);
  const isEmpty = record.images[candidate] === null;
  const isReturned = isReturnedFrom(record);
  if (record.weightPercent !== 0 || !(isEmpty || isOldVersion(record) || isReturned)) return undefined;
  const has = isEmpty
    ? "has no release"
    : `still has the release that was ${isReturned ? "returned from" : "live before"}`;
  return {
    kind: "new release",
    weightPercent: 0,
    command: `npm run rollout -- set --stage ${stage} images.${candidate} "sha256:<digest>"`,
    why: `${candidate} ${has}. To roll a new one out, set its digest, then apply the file.${isReturned ? ` If the same one may go out again, run npm run rollout -- advance --stage ${stage} --reason "<why>".` : ""}`,
  };
}

function onward({ stage, record, schedule }: NextFacts, { verdict, refusals, bakesUntil }: NextVerdict): NextCommand {
  const next = nextMove(record, schedule);
  const candidate = otherColour(record.liveColour);
  const [what, command] =
    next.kind === "step"
      ? [`the step to ${next.nextWeightPercent} %`, "advance"]
      : [`the promote of ${candidate}`, "promote"];
  const to = { kind: next.kind, weightPercent: next.kind === "step" ? next.nextWeightPercent : 0 };
  if (verdict === "fail") {
    return record.weightPercent === 0
      ? {
          ...to,
          command: null,
          why: `The gate fails, so nothing may be taken. Fix what it names first; then comes ${what}.`,
        }
      : {
          kind: "rollback",
          weightPercent: 0,
          command: rollbackCommand(stage),
          why: `The gate fails. If the candidate is the cause, roll back; when in doubt, too.`,
        };
  }
  return { ...to, command: `npm run rollout -- ${command} --stage ${stage}`, why: whenTo() };

  function whenTo(): string {
    const sentence = `${what.slice(0, 1).toUpperCase()}${what.slice(1)}`;
    if (bakesUntil !== null) return `${sentence}, when the bake is over at ${bakesUntil}.`;
    if (refusals.length > 0) return `${sentence}, when nothing below stands in its way.`;
    return verdict === "not enough data"
      ? `${sentence}, when the gate has enough data.`
      : `${sentence} may be taken now.`;
  }
}

function applyCommand(stage: Stage): string {
  return `npm run rollout -- apply --stage ${stage}`;
}
