/** Mutations of tags, by which costs and cleaning up are told apart. */
import { databaseInstance, service, vpc } from "../../../policies/kinds.ts";
import { type Mutation, set, the, unset } from "./mutation.ts";

export const tagMutations: readonly Mutation[] = [
  unset(the(databaseInstance, "database"), "tags", "tags-required"),
  unset(the(service, "blue"), "tags.Stage", "tags-required"),
  set(the(vpc, "vpc"), "tags.Project", "", "tags-required"),
];
