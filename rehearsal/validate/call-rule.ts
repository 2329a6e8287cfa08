import type { PlannedResource } from "../plan/planned-resource.ts";

/**
 * Reads an input by its path (`healthCheck.interval`) and counts it as sent. Names that the provider gives, such as
 * `name`, are read in the same way.
 */
export type Take = (path: string) => unknown;

/** One API call that the provider makes for a resource. */
export interface CallRule {
  /** As botocore names it: `elbv2`. */
  readonly service: string;
  readonly operation: string;
  /**
   * Inputs whose parameter cannot be found by name. From the input's path without places in lists
   * (`metricQueries.metric`) to the parameter's path within the structure that the input stands in (`MetricStat`). A
   * number in it is a place in a list; `.` means that structure itself.
   */
  readonly names?: Readonly<Record<string, string>>;
  /** The inputs that this call sends. Default: all for a type's first call, none for a later one. */
  readonly inputs?: readonly string[];
  /** What the provider makes of inputs, by the parameter's path. Values are sent as they are, undefined ones are not. */
  readonly sets?: (take: Take, resource: PlannedResource) => Readonly<Record<string, unknown>>;
  /** Whether the provider makes the call at all. Default always. What `sets` takes counts as sent either way. */
  readonly when?: (resource: PlannedResource) => boolean;
}

/** Reads a value of an answer by its path, such as `Vpc.VpcId`. */
type Read = (path: string) => unknown;

/** How the provider turns a resource of one type into API calls. */
export interface TypeRule {
  /** Those that create it. */
  readonly calls: readonly CallRule[];
  /**
   * What AWS chooses, by the output that holds it; `id` is the resource's own. It is read from the answer to the first
   * call. Until then, the plan has another value in its place.
   */
  readonly answers?: (read: Read) => Readonly<Record<string, unknown>>;
  /**
   * What the provider does where the program changes the resource: the creating calls once more (`again`), another resource
   * in its place (`replace`), or calls of their own. Of these each lists its inputs, is made only where one of them
   * differs, and sends only those that differ. Absent where no move of a rollout changes the type.
   */
  readonly update?: "again" | "replace" | readonly CallRule[];
  /** The calls that delete it. Absent where no move of a rollout deletes one and no input is read then. */
  readonly remove?: readonly CallRule[];
  /** Inputs that no call sends, with the reason. */
  readonly unsent?: Readonly<Record<string, string>>;
}

/** The rules of some types, by type token. */
export type CallTable = Readonly<Record<string, TypeRule>>;

/** The tags of a planned resource in the form of EC2's create calls. */
export function ec2Tags(resourceType: string, take: Take): Readonly<Record<string, unknown>> {
  const tags = take("tags") as Readonly<Record<string, string>> | undefined;
  if (tags === undefined) return {};
  return {
    "TagSpecifications.0.ResourceType": resourceType,
    "TagSpecifications.0.Tags": Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  };
}
