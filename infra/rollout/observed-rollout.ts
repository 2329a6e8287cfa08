import type { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import * as pulumi from "@pulumi/pulumi";
import { byColour, type Colour, otherColour } from "../../rollout/colour.ts";
import type { ObservedRollout } from "../../rollout/next-record.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { SettingsByColour } from "../../rollout/release.ts";
import type { Settings } from "../../rollout/settings.ts";
import {
  formatSplit,
  forwardTargets,
  isSameSplit,
  readTargetsByColour,
  type Split,
  soleReceiver,
  weightsByColour,
} from "../../rollout/split.ts";
import type { Stage } from "../config/schema/stage-config.ts";
import { refreshRuleCommand, rollbackCommand } from "../messages.ts";
import type { DeployedRule } from "./previous-update.ts";
import { askWeights, readUntilSplit, UnreadableRuleError } from "./read-aws.ts";

/** The resources that say where the rollout stands. */
export interface RolloutResources {
  /** Forwards the public host to both target groups by weight. */
  readonly publicRule: ListenerRule;
  /** Forwards the candidate's own host to the candidate's target group for it. */
  readonly candidateRule: ListenerRule;
  readonly targetGroupArns: Readonly<Record<Colour, pulumi.Input<string>>>;
  readonly ownHostTargetGroupArns: Readonly<Record<Colour, pulumi.Input<string>>>;
  /** The image in each colour's task definition; undefined where the colour has none. */
  readonly images: Readonly<Record<Colour, pulumi.Input<string> | undefined>>;
  /** What each colour's task definition has of the config; undefined where the colour has none. */
  readonly settings: Readonly<Record<Colour, pulumi.Input<Settings> | undefined>>;
}

/** What the resources answered, as it comes from them. */
export interface RolloutAnswers {
  readonly publicRuleArn: string;
  readonly publicActions: Actions;
  readonly candidateActions: Actions;
  readonly targetGroupArns: Readonly<Record<Colour, string>>;
  readonly ownHostTargetGroupArns: Readonly<Record<Colour, string>>;
  readonly images: Readonly<Record<Colour, string | null>>;
  readonly settings: SettingsByColour;
}

/** Waits for the resources. Nothing is concluded here, so that no answer can fail inside of an output. */
export function askRollout(resources: RolloutResources): pulumi.Output<RolloutAnswers> {
  return pulumi
    .all([
      resources.publicRule.arn,
      resources.publicRule.actions,
      resources.candidateRule.actions,
      resources.targetGroupArns,
      resources.ownHostTargetGroupArns,
      pulumi.output(byColour((colour) => pulumi.output(resources.images[colour] ?? null))),
      pulumi.output(byColour((colour) => pulumi.output(resources.settings[colour] ?? null))),
    ])
    .apply(([publicRuleArn, publicActions, candidateActions, targetGroupArns, ownHostTargetGroupArns, ...releases]) => {
      const [images, settings] = releases;
      const groups = { targetGroupArns, ownHostTargetGroupArns };
      return { publicRuleArn, publicActions, candidateActions, ...groups, images, settings };
    });
}

/**
 * Reads the rollout back from what its resources answered: the weight from the public rule, the candidate from the rule
 * of its own host, the images from the task definitions. Never from config, since an update whose rule change failed
 * still writes its outputs, and the record would then tell of a step that never happened.
 *
 * @throws {pulumi.RunError} where a rule names another target group than the colours'
 */
export function observeRollout(answers: RolloutAnswers): ObservedRollout {
  const { publicActions, candidateActions, targetGroupArns: arns, images, settings } = answers;
  const ofCandidate = forwardTargets(candidateActions);
  const candidate = soleReceiver(ofCandidate, answers.ownHostTargetGroupArns);
  if (candidate === undefined) {
    const receivers = ofCandidate.filter(({ weight }) => weight !== 0).map(({ arn }) => arn);
    throw new pulumi.RunError(
      `The candidate's rule forwards to ${receivers.join(" and ") || "nothing"}, which is not one colour's target group for the candidate's own host.`,
    );
  }
  const weightPercent = readTargetsByColour(forwardTargets(publicActions), arns).weights[candidate];
  if (weightPercent === undefined) {
    throw new pulumi.RunError(`The public rule does not name the target group of ${candidate}.`);
  }
  return {
    liveColour: otherColour(candidate),
    weightPercent,
    images: byColour((colour) => digestOf(images[colour])),
    releaseSettings: settings,
  };
}

type Actions = pulumi.Unwrap<ListenerRule["actions"]>;

/** The digest of `repository@sha256:…`, as the config names it. */
function digestOf(image: string | null): string | null {
  return image === null ? null : (image.split("@").at(-1) ?? image);
}

/** What an update should have made true, and whom to ask. */
export interface MoveToCheck {
  /** What the config says. */
  readonly asked: Pick<RolloutRecord, "liveColour" | "weightPercent">;
  /** What the rollout's resources answer. */
  readonly answers: pulumi.Output<RolloutAnswers>;
  readonly provider: pulumi.ProviderResource;
  readonly stage: Stage;
}

/**
 * Waits until the rollout's resources have answered, and requires that they and AWS stand where the config wants them: an
 * update that moved nothing must not end as a success.
 *
 * The resources alone do not tell. Where an earlier update failed to write what the engine's state holds since, the next
 * one finds nothing to do and its rule answers from the state; so AWS is asked itself.
 *
 * A preview is not judged, for its outputs may stay unknown for ever. The error is one of the program and not of an
 * output, which would fail in as many promises as the SDK has made of it.
 *
 * @throws {pulumi.RunError} naming both and what to do; the stack's outputs, and so the record, stay as they were
 */
export async function requireMoved({ asked, answers, provider, stage }: MoveToCheck): Promise<void> {
  if (pulumi.runtime.isDryRun()) return;
  const answered = await new Promise<RolloutAnswers>((resolve) => answers.apply(resolve));
  const seen = observeRollout(answered);
  const wanted = weightsByColour(asked.liveColour, asked.weightPercent);
  if (asked.liveColour !== seen.liveColour || asked.weightPercent !== seen.weightPercent) {
    const split = formatSplit(weightsByColour(seen.liveColour, seen.weightPercent));
    throw notMoved(asked, stage, `the rules answered ${seen.liveColour} live with ${split}`);
  }
  const real = await readBack(wanted, answered, provider, stage);
  if (!isSameSplit(real, wanted)) throw notMoved(asked, stage, `AWS gives ${formatSplit(real)}`);
}

async function readBack(
  wanted: Split,
  rule: DeployedRule,
  provider: pulumi.ProviderResource,
  stage: Stage,
): Promise<Split> {
  try {
    return await readUntilSplit(wanted, () => askWeights(rule, provider));
  } catch (error) {
    if (!(error instanceof UnreadableRuleError)) throw error;
    throw new pulumi.RunError(
      `The update is done, but the public rule's weights cannot be read back from AWS: ${error.message}. Nobody has verified where the traffic is, and the rollout's record was not changed. If AWS did not answer, run this command again. If these credentials may not read the rule, allow them elasticloadbalancing:DescribeRules and elasticloadbalancing:DescribeTags first. To see where the traffic is, run npm run rollout -- status --stage ${stage}. To return all of it to the live colour, run ${rollbackCommand(stage)}.`,
    );
  }
}

function notMoved({ liveColour, weightPercent }: MoveToCheck["asked"], stage: Stage, instead: string): pulumi.RunError {
  const split = formatSplit(weightsByColour(liveColour, weightPercent));
  return new pulumi.RunError(
    `The update did not move what it should have: asked for was ${liveColour} live with ${split} (candidateWeight ${weightPercent}), and ${instead}. The rollout's record was not changed. To finish the move, run ${refreshRuleCommand(stage)}, which reads the rule from AWS and then writes rule and record. To return all traffic to the live colour instead, run ${rollbackCommand(stage)}. Either way, verify with npm run rollout -- status --stage ${stage}.`,
  );
}
