import { valueAt } from "../key-path.ts";
import { fileKey, fixText } from "../problems/fix.ts";
import type { PlacedProblem, Surroundings } from "../problems/schema-problems.ts";
import { hiddenValue, shownValue } from "../problems/shown-value.ts";
import type { ReadableConfig } from "./config-rule.ts";
import { rules } from "./index.ts";

/** Every rule across keys that a config breaks, in words. A default that breaks one is shown as the value it is. */
export function ruleProblems(config: ReadableConfig, { stage, isSecret }: Surroundings): readonly PlacedProblem[] {
  return rules
    .flatMap((rule) => rule(config, stage))
    .map(({ path, rule, fix }) => {
      const value = isSecret(path) ? hiddenValue : shownValue(valueAt(config, path));
      return { path, problem: { key: fileKey(path), value, rule, fix: fixText(fix, path, stage) } };
    });
}
