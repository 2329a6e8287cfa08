import { type Colour, colours, otherColour } from "../../rollout/colour.ts";
import type { RollbackTest } from "../../rollout/rollback-test/rollback-test.ts";
import type { FrontendReturn } from "./definition-frontend.ts";
import { type Condition, isPresent, isText } from "./states-language.ts";

/**
 * What the rollback's machine works on. Nothing here depends on which colour is live, so a promote leaves the machine as it
 * is.
 */
export interface RollbackDefinitionOptions {
  /** The rule that carries the weights. */
  readonly publicRuleArn: string;
  /** The rule of the candidate's own host, which gives the candidate all its weight. It tells which colour is live. */
  readonly candidateRuleArn: string;
  /** Target groups of the candidate's own host, by colour. */
  readonly ownHostTargetGroupArns: Readonly<Record<Colour, string>>;
  /** Target groups of the public host, by colour. The machine knows them by ARN, never by their place in the rule. */
  readonly targetGroupArns: Readonly<Record<Colour, string>>;
  /** Names of the composite alarms by colour. */
  readonly alarmNames: Readonly<Record<Colour, string>>;
  /** The limits at which traffic goes back: one for each step that has one; none where people alone are told. */
  readonly limits: readonly Limit[];
  /** Group stickiness as the program plans it for the rule, so that a rollback changes the weights and nothing else. */
  readonly stickiness: { readonly enabled: boolean; readonly durationSeconds: number };
  /** When the failures of the candidate are too many. */
  readonly rollbackTest: RollbackTest;
  /** `app/<name>/<id>` of the load balancer. */
  readonly loadBalancerArnSuffix: string;
  /** Name of the SSM parameter that holds the rollback address. */
  readonly addressParameterName: string;
  /** Name of the SSM parameter that holds the latch. */
  readonly latchParameterName: string;
  /** Topic that tells people. */
  readonly alertTopicArn: string;
  /** How the frontend is taken back. Absent where the machine has no token for Vercel; then it says nothing of the frontend. */
  readonly frontend?: FrontendReturn | undefined;
  /** Namespace of the metric that the check publishes. */
  readonly metricNamespace: string;
}

/** A step's limit, and the alarm that holds it. */
export interface Limit {
  readonly weightPercent: number;
  readonly alarmName: string;
  /** What the latch and the notice say of a return. */
  readonly reason: string;
}

/** Whether the candidate has exactly this step's weight. */
export function standsAt({ weightPercent }: Limit): Condition {
  return { Variable: "$.plan.candidateWeight", NumericEquals: weightPercent };
}

/** Whether the alarm of this limit started the execution. */
export function isStartedBy({ alarmName }: Limit): Condition {
  return isText("$.input.alarmName", alarmName);
}

/** Whether the execution was started as a check. */
export const isCheck: Condition = isPresent("$.input.check");

/** Whether the two rules showed which colour is live. Every state that follows may read `$.plan`. */
export const isLiveKnown: Condition = isPresent("$.plan");

/**
 * Whether the public rule sends nothing to the candidate. A rule without any weight serves nobody, so it does not count:
 * the move repairs it.
 */
export const candidateHasNoTraffic: Condition = {
  Or: colours.map((candidate) => ({
    And: [
      { Variable: "$.plan.candidate", StringEquals: candidate },
      { Variable: `$.plan.split.${candidate}`, NumericEquals: 0 },
      { Not: { Variable: `$.plan.split.${otherColour(candidate)}`, NumericEquals: 0 } },
    ],
  })),
};

/**
 * A line that people copy from a notice. A latch is named `/<project>/<stage>/…` (infra/naming.ts), so its name tells the
 * stage. Under any other name the line says `<stage>`, so that nobody is sent to a guessed stage.
 */
export function rolloutCommandLine(command: "rollback" | "resume" | "frontend", latchParameterName: string): string {
  const [, stage = "<stage>"] = /^\/[^/]+\/([^/]+)\/[^/]/.exec(latchParameterName) ?? [];
  return `npm run rollout -- ${command} --stage ${stage}`;
}
