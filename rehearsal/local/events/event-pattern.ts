import { z } from "zod";
import type { CloudEvent } from "./alarm-event.ts";

const exact = z.union([z.string(), z.number(), z.boolean(), z.null()]);

interface Pattern {
  readonly [field: string]: Pattern | readonly z.output<typeof exact>[];
}

const pattern: z.ZodType<Pattern> = z.lazy(() => z.record(z.string(), z.union([z.array(exact).min(1), pattern])));

/**
 * Reads an event pattern of exact values, which is what the plan uses.
 *
 * @param text JSON, as an event rule holds it
 * @returns whether an event matches: each field of the pattern is in the event, with one of the values; an event's list
 * matches when any of its items does
 * @throws {Error} naming what is not understood, such as a prefix
 * @see EventBridge User Guide, "Creating Amazon EventBridge event patterns"
 */
export function readEventPattern(text: string): (event: CloudEvent) => boolean {
  const read = pattern.safeParse(JSON.parse(text));
  if (!read.success) {
    throw new Error(`The event pattern ${text} uses more than exact values, which the rehearsal does not model.`);
  }
  return (event) => matches(read.data, event);
}

function matches(wanted: Pattern, given: unknown): boolean {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return false;
  const fields: Readonly<Record<string, unknown>> = { ...given };
  return Object.entries(wanted).every(([name, values]) => {
    if (!isList(values)) return matches(values, fields[name]);
    const found = fields[name];
    const all: readonly unknown[] = Array.isArray(found) ? found : [found];
    return all.some((one) => values.some((value) => value === one));
  });
}

function isList(values: Pattern[string]): values is readonly z.output<typeof exact>[] {
  return Array.isArray(values);
}
