import { stateMachine } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const sfnLogging = resourceRule({
  name: "sfn-logging",
  rule: "A state machine logs what it did",
  source: "FSBP StepFunctions.1",
  kinds: [stateMachine],
  check({ props }, report) {
    const level = props.loggingConfiguration?.level;
    if (level !== undefined && level !== "OFF") return;
    report({
      found: shown("loggingConfiguration.level", level),
      fix: "set loggingConfiguration.level to ALL or ERROR",
    });
  },
});
