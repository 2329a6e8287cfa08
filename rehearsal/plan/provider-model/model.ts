import { hash } from "node:crypto";

/** The account that every planned ARN names. It is the one of the AWS documentation's examples. */
export const plannedAccountId = "123456789012";

/** The Cloudflare zone that every plan finds. */
export const plannedZone = { name: "example.com", id: "0123456789abcdef0123456789abcdef" } as const;

/** What a provider is asked for. */
export interface ResourceQuestion {
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly region: string;
}

/** What a provider adds: an id and the outputs that are not inputs. */
export interface ResourceAnswer {
  readonly id: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/** How one resource type is answered. */
export type ResourceModel = (question: ResourceQuestion) => ResourceAnswer;

/** Resource models of one service by full type token. */
export type ServiceModel = Readonly<Record<string, ResourceModel>>;

/** Hexadecimal digits that stay the same from plan to plan for one resource. */
export function stableHex({ type, name }: Pick<ResourceQuestion, "type" | "name">, digits: number): string {
  return hash("sha256", `${type}|${name}`, "hex").slice(0, digits);
}

/** An id as EC2 gives it: a prefix and 17 hexadecimal digits. */
export function ec2Id(question: ResourceQuestion, prefix: string): string {
  return `${prefix}-${stableHex(question, 17)}`;
}

/**
 * The physical name: the one the program set, else the one Pulumi's autonaming makes (logical name, hyphen, seven
 * hexadecimal digits).
 *
 * @param property the input that carries the name
 * @param maxLength the service's limit on the name's length
 * @throws {RangeError} when the name is longer than the service allows
 */
export function physicalName(question: ResourceQuestion, property = "name", maxLength = 255): string {
  const given = question.inputs[property];
  const name = typeof given === "string" ? given : `${question.name}-${stableHex(question, 7)}`;
  if (name.length > maxLength) {
    throw new RangeError(
      `${question.type} ${question.name}: the name ${name} has ${name.length} characters, ${maxLength} are allowed.`,
    );
  }
  return name;
}

/** An ARN in the stack's region and the planned account. */
export function arn(question: ResourceQuestion, service: string, resource: string): string {
  return `arn:aws:${service}:${question.region}:${plannedAccountId}:${resource}`;
}

/** An ARN of a service without regions, such as IAM. */
export function globalArn(service: string, resource: string, account: string = plannedAccountId): string {
  return `arn:aws:${service}::${account}:${resource}`;
}

/** A resource whose id is made up and to which the provider adds nothing that the program reads. */
export const plain: ResourceModel = (question) => ({ id: `${question.name}-${stableHex(question, 7)}`, state: {} });

/** A resource known by its physical name: `name` and `arn` are outputs, the name is the id. */
export function named(
  service: string,
  resourcePrefix: string,
  options: { property?: string; maxLength?: number } = {},
): ResourceModel {
  const { property = "name", maxLength = 255 } = options;
  return (question) => {
    const name = physicalName(question, property, maxLength);
    return { id: name, state: { [property]: name, arn: arn(question, service, `${resourcePrefix}${name}`) } };
  };
}

/** Reads an input that the model needs as text. */
export function textInput(question: ResourceQuestion, property: string): string {
  const value = question.inputs[property];
  if (typeof value !== "string") {
    throw new TypeError(
      `${question.type} ${question.name}: the provider model needs ${property} as a text and got ${JSON.stringify(value)}.`,
    );
  }
  return value;
}
