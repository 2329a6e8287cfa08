import { type Stage, stages } from "../../rollout/stage.ts";
import { projectName, stackFileName } from "./config-keys.ts";
import { ConfigError, type Problem, shownValue } from "./problems/config-error.ts";
import { orList } from "./schema/primitives.ts";

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
            rule: `must be ${projectName}, with which every key of the stack files begins`,
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
            rule: `must be ${orList(stages)}: each stage has one stack`,
            fix: `pulumi stack select <${stages.join("|")}>`,
          },
        ]
      : [];
  throw new ConfigError(stage === undefined ? stackFileName(stack) : "Pulumi.yaml", [...wrongProject, ...wrongStack]);
}
