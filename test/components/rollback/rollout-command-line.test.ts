import { describe, expect, it } from "vitest";
import { commands } from "../../../cli/commands/index.ts";
import { argumentProblem } from "../../../cli/terminal/check-arguments.ts";
import { rolloutCommandLine } from "../../../components/rollback/rollout-command-line.ts";
import { projectName } from "../../../infra/config/config-keys.ts";
import { stages } from "../../../infra/config/schema/stage-config.ts";
import { latchParameter } from "../../../infra/naming.ts";

describe.each(["rollback", "resume"] as const)("%s in a notice", (command) => {
  it.each(stages)("is a line that the command line takes, for %s", async (stage) => {
    const line = rolloutCommandLine(command, latchParameter(projectName, stage).name);
    expect(line).toBe(`npm run rollout -- ${command} --stage ${stage}`);
    const definition = await commands[command]?.();
    expect(argumentProblem(definition?.options ?? {}, line.split(` ${command} `)[1]?.split(" ") ?? [])).toBeUndefined();
  });

  it("names no stage that it does not know", () => {
    expect(rolloutCommandLine(command, "/latch")).toBe(`npm run rollout -- ${command} --stage <stage>`);
  });
});
