import { type Stage, stages } from "../../rollout/stage.ts";
import { ConfigError } from "./problems/config-error.ts";
import { stackFileName } from "./problems/fix.ts";
import type { Problem } from "./problems/problem.ts";
import { shownValue } from "./problems/shown-value.ts";
import { orList } from "./problems/wording.ts";
import { projectName } from "./project-name.ts";

/**
 * The stage that a stack is.
 *
 * @throws {ConfigError} for any other stack or project. Its config is not looked at: no key of it means anything then.
 */
export function readStage({ stack, project }: { readonly stack: string; readonly project: string }): Stage {
  const stage = stages.find((name) => name === stack);
  const wrongProject: readonly Problem[] =
    project === projectName
      ? []
      : [
          {
            key: "project",
            value: shownValue(project),
            rule: `${projectName}, the namespace of every key in the stack files`,
            fix: `in Pulumi.yaml, write\n  name: ${projectName}`,
          },
        ];
  if (stage !== undefined && wrongProject.length === 0) return stage;
  const wrongStack: readonly Problem[] =
    stage === undefined
      ? [
          {
            key: "stack",
            value: shownValue(stack),
            rule: `${orList(stages)}: a stack is a stage`,
            fix: `pulumi stack select <${stages.join("|")}>`,
          },
        ]
      : [];
  throw new ConfigError(stage === undefined ? stackFileName(stack) : "Pulumi.yaml", [...wrongProject, ...wrongStack]);
}
