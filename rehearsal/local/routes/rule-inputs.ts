import { z } from "zod";
import type { PlannedResource } from "../../plan/planned-resource.ts";
import { readInputs } from "./read-inputs.ts";

/** An answer that the load balancer gives by itself. */
export interface FixedAnswer {
  readonly statusCode: number;
  readonly contentType: string;
  readonly body: string;
}

const forward = z.strictObject({
  targetGroups: z.array(z.strictObject({ arn: z.string().min(1), weight: z.int().min(0).max(999).default(1) })).min(1),
  stickiness: z.strictObject({ enabled: z.literal(false).default(false), duration: z.number().optional() }).optional(),
});

const ruleInputs = z.object({
  actions: z.tuple([
    z.strictObject({
      type: z.literal("forward"),
      order: z.number().optional(),
      forward: forward.optional(),
      targetGroupArn: z.string().optional(),
    }),
  ]),
  conditions: z
    .array(
      z.strictObject({
        hostHeader: z.strictObject({
          values: z.array(z.string().regex(/^[a-z0-9.-]+$/, "a host name without wildcards")).min(1),
        }),
      }),
    )
    .length(1),
  transforms: z.undefined().optional(),
});

const listenerInputs = z.object({
  defaultActions: z.tuple([
    z.strictObject({
      type: z.literal("fixed-response"),
      order: z.number().optional(),
      fixedResponse: z.strictObject({
        statusCode: z.coerce.number().int(),
        contentType: z.string(),
        messageBody: z.string().default(""),
      }),
    }),
  ]),
});

/** Where a rule forwards to. One forward action, weighted or to a single target group; without stickiness. */
export function readRuleAction(rule: PlannedResource): readonly { readonly arn: string; readonly weight: number }[] {
  const [action] = readInputs(rule, ruleInputs).actions;
  if (action.forward !== undefined) return action.forward.targetGroups;
  if (action.targetGroupArn !== undefined) return [{ arn: action.targetGroupArn, weight: 1 }];
  throw new Error(`${rule.type} "${rule.name}" forwards to nothing: it has neither forward nor targetGroupArn.`);
}

/** The hosts that a rule answers. */
export function readRuleHosts(rule: PlannedResource): readonly string[] {
  return readInputs(rule, ruleInputs).conditions.flatMap((condition) => condition.hostHeader.values);
}

/** A listener's own answer to what no rule names. */
export function readListenerDefault(listener: PlannedResource): FixedAnswer {
  const { fixedResponse } = readInputs(listener, listenerInputs).defaultActions[0];
  const { statusCode, contentType, messageBody: body } = fixedResponse;
  return { statusCode, contentType, body };
}
