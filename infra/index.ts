import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { readStageConfig } from "./config/read-stage-config.ts";
import { secretConfigKeys } from "./config/secret-config-keys.ts";
import { latchParameter, stageName } from "./naming.ts";
import { createAwsProvider } from "./providers.ts";
import { judgeMove } from "./rollout/judge-move.ts";
import { readPreviousRecord } from "./rollout/previous-record.ts";
import { readLatch } from "./rollout/read-latch.ts";
import { scheduleOf } from "./rollout/schedule.ts";
import { updateClock } from "./rollout/update-clock.ts";
import { wantedRollout } from "./rollout/wanted.ts";
import { createStack } from "./stack.ts";

/**
 * The program of both stacks.
 *
 * It reads the config whole, asks the rules of the rollout whether the configured number may be set now, and only then
 * registers anything: a refusal costs nothing and stops a pull request's preview as well as an update.
 */
export default async function program(): Promise<Record<string, unknown>> {
  const project = pulumi.getProject();
  const { stage, ...config } = readStageConfig({
    project,
    stack: pulumi.getStack(),
    values: pulumi.runtime.allConfig(),
    ...secretConfigKeys(process.env),
  });
  const now = updateClock(process.env, new Date());
  const previous = await readPreviousRecord();
  const awsProvider = createAwsProvider(stageName(stage), config.aws);
  const parameter = latchParameter(project, stage);
  const latch = await readLatch(parameter.path, parameter.name, awsProvider);
  const schedule = scheduleOf(config.rollout);
  const decision = await judgeMove({ previous, wanted: wantedRollout(config), schedule, latch, now });

  const outputs = createStack({ project, stage, config, awsProvider, previous, now, override: decision.override });
  return { ...outputs, readme: readFileSync(new URL("../Pulumi.README.md", import.meta.url), "utf8") };
}
