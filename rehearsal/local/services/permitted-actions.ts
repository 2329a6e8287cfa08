import { z } from "zod";
import type { AskedPermission, Permissions } from "./role-permissions.ts";
import type { ServiceActions } from "./service-actions.ts";
import { ServiceError } from "./service-error.ts";

/** What is read of the parameters to know what is worked on. */
const named = z.object({
  RuleArn: z.string().optional(),
  Name: z.string().optional(),
  Namespace: z.string().optional(),
  TopicArn: z.string().optional(),
});

type Named = z.output<typeof named>;

/**
 * What each action needs to be allowed. Those that describe take no resource.
 *
 * @see Service Authorization Reference, "Actions, resources, and condition keys" of each service
 */
const needed: Readonly<Record<string, (parameters: Named, parameterArn: (name: string) => string) => AskedPermission>> =
  {
    "elasticloadbalancingv2:describeRules": () => ({ action: "elasticloadbalancing:DescribeRules", resource: "*" }),
    "elasticloadbalancingv2:modifyRule": ({ RuleArn = "" }) => ({
      action: "elasticloadbalancing:ModifyRule",
      resource: RuleArn,
    }),
    "elasticloadbalancingv2:describeTargetHealth": () => ({
      action: "elasticloadbalancing:DescribeTargetHealth",
      resource: "*",
    }),
    "cloudwatch:describeAlarms": () => ({ action: "cloudwatch:DescribeAlarms", resource: "*" }),
    "cloudwatch:putMetricData": ({ Namespace = "" }) => ({
      action: "cloudwatch:PutMetricData",
      resource: "*",
      keys: { "cloudwatch:namespace": Namespace },
    }),
    "ssm:getParameter": ({ Name = "" }, arnOf) => ({ action: "ssm:GetParameter", resource: arnOf(Name) }),
    "ssm:putParameter": ({ Name = "" }, arnOf) => ({ action: "ssm:PutParameter", resource: arnOf(Name) }),
    "sns:publish": ({ TopicArn = "" }) => ({ action: "sns:Publish", resource: TopicArn }),
  };

/** What decides whether a call is allowed. */
export interface Authorization {
  readonly permissions: Permissions;
  /** ARN of a parameter by its name. */
  readonly parameterArn: (name: string) => string;
}

/**
 * The same actions, refused where the planned role may not call them: a rollback that lacks a permission must not pass its
 * rehearsal.
 *
 * @param authorization asked at each call, since an update may change the role
 * @throws {Error} naming an action whose permission is not known here
 */
export function permittedActions(services: ServiceActions, authorization: () => Authorization): ServiceActions {
  return Object.fromEntries(
    Object.entries(services).map(([name, answer]) => {
      const permissionFor = needed[name];
      if (permissionFor === undefined) throw new Error(`Nothing is known of the permission that ${name} needs.`);
      return [
        name,
        (parameters: unknown) => {
          const { permissions, parameterArn } = authorization();
          const asked = permissionFor(named.parse(parameters), parameterArn);
          if (permissions(asked)) return answer(parameters);
          throw new ServiceError("AccessDeniedException", `not allowed to ${asked.action} on ${asked.resource}`);
        },
      ];
    }),
  );
}
