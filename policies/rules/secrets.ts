/** Rules on secrets: where they may be read, and how long a generated one is. */
import { randomPassword, secret } from "../kinds.ts";
import { type Rule, resourceRule, shown } from "../rule.ts";

/** 32 letters and digits hold 190 bits; NIST SP 800-63B asks for 112. */
const leastLength = 32;

export const secretRules: readonly Rule[] = [
  resourceRule({
    name: "secrets-stay-here",
    rule: "A secret must have no policy of its own and no copy in another region, so that only the stage's roles read it",
    source: "project rule",
    kinds: [secret],
    check({ props }, report) {
      for (const property of ["policy", "replicas"] as const) {
        if (props[property] !== undefined) report({ found: `${property} is set`, fix: `remove ${property}` });
      }
    },
  }),

  resourceRule({
    name: "secrets-are-long",
    rule: `A generated secret must have at least ${leastLength} characters`,
    source: "project rule",
    kinds: [randomPassword],
    check({ props }, report) {
      if (props.length >= leastLength) return;
      report({ found: shown("length", props.length), fix: `set length to ${leastLength} or more` });
    },
  }),
];
