import { fileKey, valueAt } from "../config-keys.ts";
import { hiddenValue, type PlacedProblem, shownValue } from "../problems/config-error.ts";
import { fixText } from "../problems/fix.ts";
import type { Reading } from "../problems/schema-problems.ts";
import { applicationRules } from "./application.ts";
import { databaseRules } from "./database.ts";
import { platformRules } from "./platform.ts";
import { productionRules } from "./production.ts";
import type { ReadableConfig } from "./readable-config.ts";
import { rolloutRules } from "./rollout.ts";

const rules = [...rolloutRules, ...platformRules, ...databaseRules, ...applicationRules, ...productionRules];

/** Every rule across keys that a config breaks, in words. A default that breaks one is shown as the value that it is. */
export function ruleProblems(config: ReadableConfig, { stage, isSecret }: Reading): readonly PlacedProblem[] {
  return rules
    .flatMap((rule) => rule(config, stage))
    .map(({ path, rule, fix }) => {
      const value = isSecret(path) ? hiddenValue : shownValue(valueAt(config, path));
      return { path, problem: { key: fileKey(path), value, rule, fix: fixText(fix, path, stage) } };
    });
}
