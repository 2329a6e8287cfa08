import { describe, expect, it } from "vitest";
import { runRollout } from "../../../cli/commands/index.ts";
import { rolloutCommandLine } from "../../../components/rollback/definition-shared.ts";
import { projectName } from "../../../infra/config/config-keys.ts";
import { stages } from "../../../infra/config/schema/stage-config.ts";
import { latchParameter } from "../../../infra/naming.ts";

describe.each(["rollback", "resume", "frontend"] as const)("%s in a notice", (command) => {
  it.each(stages)("is a line that the command line takes, for %s", async (stage) => {
    const line = rolloutCommandLine(command, latchParameter(projectName, stage).name);
    expect(line).toBe(`npm run rollout -- ${command} --stage ${stage}`);
    const words = line.split(" -- ")[1]?.split(" ") ?? [];
    const said: string[] = [];
    const stream = { write: (text: string) => said.push(text) };
    const exitCode = await runRollout(words, { stdout: stream, stderr: stream }, async (asked) => {
      throw new Error(`The world of ${asked} was asked for.`);
    });
    expect([exitCode, said.join("")]).toEqual([1, `The world of ${stage} was asked for.\n`]);
  });

  it("names no stage that it does not know", () => {
    for (const name of ["/latch", "a/portal/production/latch", "/portal/production", "/portal/production/"])
      expect(rolloutCommandLine(command, name)).toBe(`npm run rollout -- ${command} --stage <stage>`);
  });
});
