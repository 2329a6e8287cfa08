import type * as pulumi from "@pulumi/pulumi";
import { protectionLiftedTag, type StageTag } from "../rollout/names.ts";

/**
 * Tags that every taggable resource of a stack carries. They reach components through their args, not through the
 * provider's default tags, so that tests and policies see them in each resource's inputs.
 */
export type Tags = Readonly<Record<StageTag, string>>;

/**
 * What a component creates its children with. Every helper that creates resources takes it first, and its own arguments
 * second: `createX(scope, args)`.
 */
export interface Scope {
  /** Start of the children's logical names, which are `<name>-<what>`. */
  readonly name: string;
  /** The component that owns the children. */
  readonly parent: pulumi.Resource;
  /** Tags of every child that takes tags. */
  readonly tags: Tags;
}

/** The scope of a component whose children take no tags. */
export type UntaggedScope = Omit<Scope, "tags">;

/** What every child is created with. */
export interface Child {
  /** `<name of the scope>-<what>`. */
  readonly logicalName: string;
  /** The scope's tags, and the logical name as the tag `Name`. */
  readonly tags: Tags & { readonly Name: string };
  readonly opts: { readonly parent: pulumi.Resource };
}

/**
 * Name, tags and options of one child.
 *
 * @param what last part of the logical name. Changing it replaces the resource
 */
export function child({ name, parent, tags }: Scope, what: string): Child {
  const logicalName = `${name}-${what}`;
  return { logicalName, tags: { ...tags, Name: logicalName }, opts: { parent } };
}

/**
 * Whether Pulumi refuses to delete and to replace a resource. `lifted` is `none` for one update, and a tag says so, by which
 * the policies let it through.
 */
export type Protection = "none" | "protected" | "lifted";

/** A child with this protection. A change of it changes the resource in Pulumi's state alone, but for the tag. */
export function guarded({ logicalName, tags, opts }: Child, protection: Protection) {
  const lifted: Readonly<Record<string, string>> =
    protection === "lifted" ? { [protectionLiftedTag]: "for one update" } : {};
  return { logicalName, tags: { ...tags, ...lifted }, opts: { ...opts, protect: protection === "protected" } };
}

/**
 * Options of a resource that another one has only once, such as a vault its lock, and that the provider replaces to change.
 * The old one goes first: deleted last, as Pulumi does by default, it would take the new one with it, because AWS knows both
 * by what they belong to.
 */
export const onlyOne = { deleteBeforeReplace: true } as const;
