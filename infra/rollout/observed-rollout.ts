import type { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import * as pulumi from "@pulumi/pulumi";
import { byColour, type Colour, colours, otherColour } from "../../rollout/colour.ts";
import type { ObservedRollout } from "../../rollout/next-record.ts";

/** The resources that say where the rollout stands. */
export interface RolloutResources {
  /** Forwards the public host to both target groups by weight. */
  readonly publicRule: ListenerRule;
  /** Forwards the candidate's own host to the candidate's target group. */
  readonly candidateRule: ListenerRule;
  readonly targetGroupArns: Readonly<Record<Colour, pulumi.Input<string>>>;
  /** The image in each colour's task definition; undefined where the colour has none. */
  readonly images: Readonly<Record<Colour, pulumi.Input<string> | undefined>>;
}

/** What the resources answered, as it comes from them. */
export interface RolloutAnswers {
  readonly publicRuleArn: string;
  readonly publicActions: Actions;
  readonly candidateActions: Actions;
  readonly targetGroupArns: Readonly<Record<Colour, string>>;
  readonly images: Readonly<Record<Colour, string | null>>;
}

/** Waits for the resources. Nothing is concluded here, so that no answer can fail inside of an output. */
export function askRollout(resources: RolloutResources): pulumi.Output<RolloutAnswers> {
  return pulumi
    .all([
      resources.publicRule.arn,
      resources.publicRule.actions,
      resources.candidateRule.actions,
      resources.targetGroupArns,
      pulumi.output(byColour((colour) => pulumi.output(resources.images[colour] ?? null))),
    ])
    .apply(([publicRuleArn, publicActions, candidateActions, targetGroupArns, images]) => {
      return { publicRuleArn, publicActions, candidateActions, targetGroupArns, images };
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
  const { publicActions, candidateActions, targetGroupArns: arns, images } = answers;
  const candidateArn = forwardedTo(candidateActions)[0]?.arn;
  const candidate = colours.find((colour) => arns[colour] === candidateArn);
  if (candidate === undefined) {
    throw new pulumi.RunError(
      `The candidate's rule forwards to ${candidateArn ?? "nothing"}, which is neither colour's target group.`,
    );
  }
  const weight = forwardedTo(publicActions).find((target) => target.arn === arns[candidate])?.weight;
  if (weight === undefined)
    throw new pulumi.RunError(`The public rule does not name the target group of ${candidate}.`);
  return {
    liveColour: otherColour(candidate),
    weightPercent: weight,
    images: byColour((colour) => digestOf(images[colour])),
  };
}

type Actions = pulumi.Unwrap<ListenerRule["actions"]>;

function forwardedTo(actions: Actions): readonly { arn: string; weight?: number }[] {
  return actions.flatMap((action) => [
    ...(action.forward?.targetGroups ?? []),
    ...(action.targetGroupArn === undefined || action.forward !== undefined ? [] : [{ arn: action.targetGroupArn }]),
  ]);
}

/** The digest of `repository@sha256:…`, as the config names it. */
function digestOf(image: string | null): string | null {
  return image === null ? null : (image.split("@").at(-1) ?? image);
}
