import { z } from "zod";
import { role, rolePolicy } from "../../../policies/kinds.ts";
import { arnOf, ofKind, type PlannedResource, readInputs } from "../../plan/planned-resource.ts";

/** A stand-in for one action of AWS: answers, or throws what AWS would refuse with. */
export type AwsAction = (parameters: unknown) => unknown;

/** Stand-ins by the names that Step Functions gives the actions, such as `ssm:getParameter`. */
export type AwsActions = Readonly<Record<string, AwsAction>>;

/** A refusal by AWS. Its name is the one that Step Functions gives it, such as `Ssm.ParameterNotFoundException`. */
export class AwsError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/**
 * Makes a stand-in that checks its parameters first.
 *
 * @param service the service's name in errors of Step Functions, such as `Ssm`
 * @param schema every parameter that the stand-in knows. It refuses a parameter that it would have to ignore
 */
export function awsAction<Schema extends z.ZodType>(
  service: string,
  schema: Schema,
  answer: (parameters: z.output<Schema>) => unknown,
): AwsAction {
  return (parameters) => {
    const read = schema.safeParse(parameters);
    if (read.success) return answer(read.data);
    const problems = read.error.issues.map(({ path, message }) => `${path.join(".") || "parameters"}: ${message}`);
    throw new AwsError(`${service}.ValidationException`, problems.join("; "));
  };
}

/** A permission that a call needs. */
interface NeededPermission {
  /** IAM action, such as `ssm:GetParameter`. */
  readonly action: string;
  /** ARN of the resource; `*` for an action without resources. */
  readonly resource: string;
  /** Condition keys of the call, such as `cloudwatch:namespace`. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** Tells whether a role has a permission. */
export type Permissions = (needed: NeededPermission) => boolean;

/** Only actions that are named in full, `StringEquals`, and `StringLike` and resources with `*` are modelled. */
const policyDocument = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.literal("Allow"),
      Action: z.array(z.string()),
      Resource: z.array(z.string()),
      Condition: z
        .strictObject({
          StringEquals: z.record(z.string(), z.string()).optional(),
          StringLike: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
    }),
  ),
});
const policyInputs = z.strictObject({ role: z.string(), policy: z.string(), name: z.string().optional() });

/**
 * Reads the permissions that a planned role has by its inline policies.
 *
 * @throws {Error} when the role is not planned, or a policy uses something that is not modelled
 */
export function readPermissions(resources: readonly PlannedResource[], roleArn: string): Permissions {
  const planned = ofKind(resources, role).find((candidate) => arnOf(candidate) === roleArn);
  if (planned === undefined) throw new Error(`The role ${roleArn} is not planned.`);
  const policies = ofKind(resources, rolePolicy).filter(({ inputs }) => inputs["role"] === planned.outputs["name"]);
  const statements = policies.flatMap((policy) => {
    const read = policyDocument.safeParse(JSON.parse(readInputs(policy, policyInputs).policy));
    if (read.success) return read.data.Statement;
    throw new Error(
      `The policy ${policy.name} uses something that the rehearsal does not model: ${z.prettifyError(read.error)}`,
    );
  });
  return ({ action, resource, keys = {} }) =>
    statements.some(
      ({ Action, Resource, Condition }) =>
        Action.includes(action) &&
        Resource.some((pattern) => isLike(resource, pattern)) &&
        Object.entries(Condition?.StringEquals ?? {}).every(([key, value]) => keys[key] === value) &&
        Object.entries(Condition?.StringLike ?? {}).every(([key, pattern]) => isLike(keys[key] ?? "", pattern)),
    );
}

/** @see AWS IAM User Guide, "IAM JSON policy elements: Resource": `*` stands for any characters */
function isLike(value: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(value);
}

const trustPolicy = z.object({
  Statement: z.array(
    z.object({
      Effect: z.string(),
      Action: z.union([z.string(), z.array(z.string())]),
      Principal: z.object({ Service: z.union([z.string(), z.array(z.string())]).optional() }),
    }),
  ),
});

/**
 * Whether a planned role lets a service of AWS assume it.
 *
 * @param service such as `events.amazonaws.com`
 * @throws {Error} when the role is not planned
 */
export function trustsService(resources: readonly PlannedResource[], roleArn: string, service: string): boolean {
  const planned = ofKind(resources, role).find((candidate) => arnOf(candidate) === roleArn);
  if (planned === undefined) throw new Error(`The role ${roleArn} is not planned.`);
  const { Statement } = trustPolicy.parse(JSON.parse(String(planned.inputs["assumeRolePolicy"])));
  return Statement.some(
    ({ Effect, Action, Principal }) =>
      Effect === "Allow" && [Action].flat().includes("sts:AssumeRole") && [Principal.Service].flat().includes(service),
  );
}

/** The parameters that name the resource of a call. */
const resourceParameters = z.object({
  RuleArn: z.string().optional(),
  Name: z.string().optional(),
  Namespace: z.string().optional(),
  TopicArn: z.string().optional(),
  ApiEndpoint: z.string().optional(),
  Method: z.string().optional(),
  Authentication: z.object({ ConnectionArn: z.string() }).optional(),
});

/**
 * The permission that each action needs. Actions that describe take no resource.
 *
 * @see Service Authorization Reference, "Actions, resources, and condition keys" of each service
 */
const neededPermissions: Readonly<
  Record<
    string,
    (parameters: z.output<typeof resourceParameters>, parameterArn: (name: string) => string) => NeededPermission
  >
> = {
  "elasticloadbalancingv2:describeRules": () => ({ action: "elasticloadbalancing:DescribeRules", resource: "*" }),
  "elasticloadbalancingv2:describeTargetHealth": () => ({
    action: "elasticloadbalancing:DescribeTargetHealth",
    resource: "*",
  }),
  "elasticloadbalancingv2:modifyRule": ({ RuleArn = "" }) => ({
    action: "elasticloadbalancing:ModifyRule",
    resource: RuleArn,
  }),
  "cloudwatch:describeAlarms": () => ({ action: "cloudwatch:DescribeAlarms", resource: "*" }),
  "cloudwatch:getMetricData": () => ({ action: "cloudwatch:GetMetricData", resource: "*" }),
  "cloudwatch:putMetricData": ({ Namespace = "" }) => ({
    action: "cloudwatch:PutMetricData",
    resource: "*",
    keys: { "cloudwatch:namespace": Namespace },
  }),
  "ssm:getParameter": ({ Name = "" }, arnOfName) => ({ action: "ssm:GetParameter", resource: arnOfName(Name) }),
  "ssm:putParameter": ({ Name = "" }, arnOfName) => ({ action: "ssm:PutParameter", resource: arnOfName(Name) }),
  // The machine's own ARN is its resource; any machine of the connection's account and region stands for it.
  "http:invoke": ({ ApiEndpoint = "", Method = "", Authentication }) => ({
    action: "states:InvokeHTTPEndpoint",
    resource: (Authentication?.ConnectionArn ?? "").replace(
      /^(arn:aws):events:(.*?:.*?):.*$/,
      "$1:states:$2:stateMachine:rollback",
    ),
    keys: { "states:HTTPEndpoint": ApiEndpoint, "states:HTTPMethod": Method },
  }),
  "sns:publish": ({ TopicArn = "" }) => ({ action: "sns:Publish", resource: TopicArn }),
};

/** What decides whether a call is allowed. */
export interface Authorization {
  readonly permissions: Permissions;
  /** ARN of a parameter by its name. */
  readonly parameterArn: (name: string) => string;
}

/**
 * The same actions, refused where the planned role does not allow them. So a machine that lacks a permission fails its
 * rehearsal.
 *
 * @param authorization asked at each call, since an update may change the role
 * @throws {Error} for an action whose permission is not declared here
 */
export function permittedActions(actions: AwsActions, authorization: () => Authorization): AwsActions {
  return Object.fromEntries(
    Object.entries(actions).map(([name, answer]) => {
      const permissionFor = neededPermissions[name];
      if (permissionFor === undefined) {
        throw new Error(`The permission for ${name} is not known. Add it to rehearsal/local/aws/actions.ts.`);
      }
      return [
        name,
        (parameters: unknown) => {
          const { permissions, parameterArn } = authorization();
          const needed = permissionFor(resourceParameters.parse(parameters), parameterArn);
          if (permissions(needed)) return answer(parameters);
          throw new AwsError("AccessDeniedException", `not allowed to ${needed.action} on ${needed.resource}`);
        },
      ];
    }),
  );
}
