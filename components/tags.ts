import type { StageTag } from "../rollout/names.ts";

/**
 * Tags that every taggable resource of a stack carries. They reach components through their args, not through the
 * provider's default tags, so that tests and policies see them in each resource's inputs.
 */
export type Tags = Readonly<Record<StageTag, string>>;
