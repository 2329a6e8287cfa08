import { isBlock } from "../../infra/config/config-keys.ts";
import { isOfAws, type PlannedResource } from "../plan/planned-resource.ts";

/** A plan as `terraform show -json` prints it, as far as scanners of such plans read it. */
export interface TerraformPlan {
  readonly format_version: string;
  readonly terraform_version: string;
  readonly planned_values: { readonly root_module: { readonly resources: readonly TerraformResource[] } };
  readonly resource_changes: readonly unknown[];
  readonly configuration: { readonly root_module: { readonly resources: readonly unknown[] } };
}

interface TerraformResource {
  /** Such as `aws_lb.portal-production`. */
  readonly address: string;
  readonly mode: "managed";
  readonly type: string;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Pulumi's modules whose name is not part of Terraform's type. */
const silentModules = new Set(["ec2", "vpc"]);

/** Types whose Terraform name does not follow from module and name. */
const otherTypes: Readonly<Record<string, string>> = {
  "aws:ec2/managedPrefixList:ManagedPrefixList": "aws_ec2_managed_prefix_list",
  "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
  "aws:rds/eventSubscription:EventSubscription": "aws_db_event_subscription",
  "aws:rds/instance:Instance": "aws_db_instance",
  "aws:rds/parameterGroup:ParameterGroup": "aws_db_parameter_group",
  "aws:rds/subnetGroup:SubnetGroup": "aws_db_subnet_group",
  "aws:s3/bucketObjectv2:BucketObjectv2": "aws_s3_object",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "aws_vpc_security_group_egress_rule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "aws_vpc_security_group_ingress_rule",
};

/** Arguments whose Terraform name is another word than Pulumi's. */
const otherArguments: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_sns_topic_subscription: { topic: "topic_arn" },
};

/** Lists of blocks that Terraform too names in the plural. */
const pluralBlocks = new Set(["field_keys", "redacted_fields"]);

/** Maps: their keys are the user's own, and they are no block. */
const maps = new Set(["dimensions", "input_paths", "recovery_point_tags", "tags"]);

/**
 * Terraform's type of a Pulumi type: Pulumi's AWS provider is made from Terraform's.
 *
 * @param token such as `aws:rds/instance:Instance`
 */
export function terraformType(token: string): string {
  const known = otherTypes[token];
  if (known !== undefined) return known;
  const [, path = ""] = token.split(":");
  const [module = "", name = ""] = path.split("/");
  return ["aws", ...(silentModules.has(module) ? [] : [module]), snakeCase(name)].join("_");
}

/**
 * Writes the AWS resources of a plan as the plan of Terraform for a new account. There no id is known yet: an input that
 * is the id or ARN of another resource has no value, and `configuration` says which resource it refers to. Scanners
 * link resources by these references.
 */
export function terraformPlan(resources: readonly PlannedResource[]): TerraformPlan {
  const planned = resources.filter(isOfAws);
  const addresses = addressesByReference(planned);
  const written = planned.map((resource) => {
    const { type, name, address } = placeOf(resource);
    const renamed = Object.entries(resource.inputs).map(([input, value]) => [
      otherArguments[type]?.[input] ?? input,
      value,
    ]);
    const { value, expressions } = block(Object.fromEntries(renamed), addresses, address);
    return {
      resource: {
        address,
        mode: "managed" as const,
        type,
        name,
        provider_name: awsProvider,
        schema_version: 0,
        values: value,
      },
      change: { address, mode: "managed", type, name, change: { actions: ["create"], before: null, after: value } },
      configuration: { address, mode: "managed", type, name, provider_config_key: "aws", expressions },
    };
  });
  return {
    format_version: "1.2",
    // Which version does not matter; without one a scanner takes the file for another kind.
    terraform_version: "1.14.0",
    planned_values: { root_module: { resources: written.map(({ resource }) => resource) } },
    resource_changes: written.map(({ change }) => change),
    configuration: { root_module: { resources: written.map(({ configuration }) => configuration) } },
  };
}

const awsProvider = "registry.terraform.io/hashicorp/aws";

/** The address of a planned resource in {@link terraformPlan}, such as `aws_lb.portal-production`. */
export function terraformAddress(resource: PlannedResource): string {
  return placeOf(resource).address;
}

function placeOf(resource: PlannedResource) {
  const type = terraformType(resource.type);
  const name = resource.name.replace(/[^\w-]/g, "_");
  return { type, name, address: `${type}.${name}` };
}

/** Which resource an id or an ARN belongs to. Some share it with the resource that they set up: the first one has it. */
function addressesByReference(resources: readonly PlannedResource[]): ReadonlyMap<string, string> {
  const addresses = new Map<string, string>();
  for (const resource of resources) {
    const { address } = placeOf(resource);
    for (const attribute of ["id", "arn"]) {
      const value = attribute === "id" ? resource.id : resource.outputs[attribute];
      if (typeof value !== "string" || value === "" || addresses.has(value)) continue;
      addresses.set(value, `${address}.${attribute}`);
    }
  }
  return addresses;
}

interface Written {
  readonly value: Record<string, unknown>;
  readonly expressions: Record<string, unknown>;
}

/** Writes a block's arguments: their values, and beside them what refers to another resource than `self`. */
function block(
  inputs: Readonly<Record<string, unknown>>,
  addresses: ReadonlyMap<string, string>,
  self: string,
): Written {
  const written: Written = { value: {}, expressions: {} };
  for (const [input, value] of Object.entries(inputs)) {
    if (value === undefined || value === null) continue;
    const argument = snakeCase(input);
    if (isBlock(value) && !maps.has(argument)) {
      writeBlocks(written, argument, [value], addresses, self);
    } else if (Array.isArray(value) && value.length > 0 && value.every(isBlock)) {
      writeBlocks(written, pluralBlocks.has(argument) ? argument : singular(argument), value, addresses, self);
    } else {
      writeValue(written, argument, value, addresses, self);
    }
  }
  return written;
}

function writeBlocks(
  written: Written,
  argument: string,
  blocks: readonly Readonly<Record<string, unknown>>[],
  addresses: ReadonlyMap<string, string>,
  self: string,
): void {
  const all = blocks.map((one) => block(one, addresses, self));
  written.value[argument] = all.map(({ value }) => value);
  written.expressions[argument] = all.map(({ expressions }) => expressions);
}

function writeValue(
  written: Written,
  argument: string,
  value: unknown,
  addresses: ReadonlyMap<string, string>,
  self: string,
): void {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const references = values.flatMap((one) => {
    const reference = typeof one === "string" ? addresses.get(one) : undefined;
    return reference === undefined || reference.startsWith(`${self}.`) ? [] : [reference];
  });
  if (references.length === 0) {
    written.value[argument] = value;
    return;
  }
  // As Terraform has them: the attribute, then its resource.
  const named = references.flatMap((reference) => [reference, reference.replace(/\.\w+$/, "")]);
  written.expressions[argument] = { references: named };
}

/** `enableHttp2` is `enable_http2`; `xContentTypeOptions` is `x_content_type_options`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Pulumi names a list of blocks in the plural, Terraform names each block. */
function singular(argument: string): string {
  if (argument.endsWith("ies")) return `${argument.slice(0, -3)}y`;
  return argument.endsWith("s") && !argument.endsWith("ss") ? argument.slice(0, -1) : argument;
}
