import { readFileSync } from "node:fs";

/**
 * A file that the real engine wrote, or what it printed: Pulumi 3.260 with a file backend and a program of dynamic
 * resources. The plans `*-rule.plan.json` are of the same engine, with a provider that reads a duration of 0 where it was
 * given 1. Plans are cut down to what they say of a resource's fate, and folders are renamed.
 */
export function recorded(name: string): string {
  return readFileSync(new URL(`./recorded/${name}`, import.meta.url), "utf8");
}
