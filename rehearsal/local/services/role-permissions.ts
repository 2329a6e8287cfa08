import { z } from "zod";
import { type PlannedResource, readInputs } from "../../plan/planned-resource.ts";

/** What a call asks to be allowed. */
export interface AskedPermission {
  /** Such as `ssm:GetParameter`. */
  readonly action: string;
  /** ARN of what is worked on; `*` where the action knows none. */
  readonly resource: string;
  /** Condition keys that the call carries, such as `cloudwatch:namespace`. */
  readonly keys?: Readonly<Record<string, string>>;
}

/** Whether a role may do something. */
export type Permissions = (asked: AskedPermission) => boolean;

const texts = z.array(z.string());
const document = z.strictObject({
  Version: z.literal("2012-10-17"),
  Statement: z.array(
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.literal("Allow"),
      Action: texts,
      Resource: texts,
      Condition: z.strictObject({ StringEquals: z.record(z.string(), z.string()) }).optional(),
    }),
  ),
});
const policyInputs = z.strictObject({ role: z.string(), policy: z.string(), name: z.string().optional() });

/**
 * Reads what a planned role may do by its inline policies. Only actions that are named in full, resources that are named in
 * full or `*`, and `StringEquals` are modelled.
 *
 * @param roleArn ARN of the role
 * @throws {Error} when the role is not planned, or its policies say it otherwise
 */
export function readPermissions(resources: readonly PlannedResource[], roleArn: unknown): Permissions {
  const role = resources.find(({ type, outputs }) => type === "aws:iam/role:Role" && outputs["arn"] === roleArn);
  if (role === undefined) throw new Error(`The role ${String(roleArn)} is not planned.`);
  const policies = resources.filter(
    ({ type, inputs }) => type === "aws:iam/rolePolicy:RolePolicy" && inputs["role"] === role.outputs["name"],
  );
  const statements = policies.flatMap((policy) => {
    const read = document.safeParse(JSON.parse(readInputs(policy, policyInputs).policy));
    if (read.success) return read.data.Statement;
    throw new Error(`${policy.name} is a policy of a kind that the rehearsal does not model: ${read.error.message}`);
  });
  return ({ action, resource, keys = {} }) =>
    statements.some(
      ({ Action, Resource, Condition }) =>
        Action.includes(action) &&
        (Resource.includes("*") || Resource.includes(resource)) &&
        Object.entries(Condition?.StringEquals ?? {}).every(([key, value]) => keys[key] === value),
    );
}
