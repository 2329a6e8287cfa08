import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** What every part of the database is created with. */
export interface DatabaseScope {
  /** Name of the component; children are named `<name>-<what>`. */
  readonly name: string;
  readonly tags: Tags;
  readonly parent: pulumi.Resource;
}
