import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { CreateStateMachineCommand, UpdateStateMachineCommand } from "@aws-sdk/client-sfn";
import type { AwsClients } from "./aws-clients.ts";
import { motoDefinition } from "./moto-definition.ts";
import { type Placed, type Placings, textOutput } from "./placing.ts";

/** State machines, and the EventBridge rules and targets that start them. */
export const rollbackPlacings: Placings = {
  "aws:sfn/stateMachine:StateMachine": {
    async create({ machines }, resource) {
      const { definition, roleArn } = resource.inputs as Record<string, string>;
      const { stateMachineArn } = await machines.send(
        new CreateStateMachineCommand({
          name: textOutput(resource, "name"),
          definition: motoDefinition(String(definition)),
          roleArn,
          type: "STANDARD",
        }),
      );
      return { [textOutput(resource, "arn")]: String(stateMachineArn) };
    },
    async update({ machines }, { inputs, outputs }) {
      const { definition, roleArn } = inputs as Record<string, string>;
      const stateMachineArn = String(outputs["arn"]);
      await machines.send(
        new UpdateStateMachineCommand({ stateMachineArn, definition: motoDefinition(String(definition)), roleArn }),
      );
      return undefined;
    },
  },
  "aws:cloudwatch/eventRule:EventRule": {
    create: putRule,
    update: putRule,
    async remove({ events }, resource) {
      await events.send(new DeleteRuleCommand({ Name: textOutput(resource, "name") }));
    },
  },
  "aws:cloudwatch/eventTarget:EventTarget": {
    create: putTarget,
    update: putTarget,
    async remove({ events }, { planned, inputs }) {
      await events.send(new RemoveTargetsCommand({ Rule: String(inputs["rule"]), Ids: [planned.name] }));
    },
  },
};

async function putRule({ events }: AwsClients, resource: Placed): Promise<undefined> {
  const { description, eventPattern, scheduleExpression } = resource.inputs as Record<string, string>;
  await events.send(
    new PutRuleCommand({
      Name: textOutput(resource, "name"),
      Description: description,
      EventPattern: eventPattern,
      ScheduleExpression: scheduleExpression,
    }),
  );
}

async function putTarget({ events }: AwsClients, { planned, inputs }: Placed): Promise<undefined> {
  await events.send(
    new PutTargetsCommand({ Rule: String(inputs["rule"]), Targets: [eventTarget(planned.name, inputs)] }),
  );
}

/**
 * A planned target as the API takes it.
 *
 * @param id of the target within its rule
 */
function eventTarget(id: string, planned: Readonly<Record<string, unknown>>): Target {
  const inputs = planned as {
    arn: string;
    roleArn?: string;
    input?: string;
    inputTransformer?: { inputPaths: Record<string, string>; inputTemplate: string };
    retryPolicy?: { maximumEventAgeInSeconds: number; maximumRetryAttempts: number };
    deadLetterConfig?: { arn: string };
  };
  const { inputTransformer, retryPolicy, deadLetterConfig } = inputs;
  return {
    Id: id,
    Arn: inputs.arn,
    RoleArn: inputs.roleArn,
    Input: inputs.input,
    ...(inputTransformer === undefined
      ? {}
      : {
          InputTransformer: {
            InputPathsMap: inputTransformer.inputPaths,
            InputTemplate: inputTransformer.inputTemplate,
          },
        }),
    ...(retryPolicy === undefined
      ? {}
      : {
          RetryPolicy: {
            MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
            MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
          },
        }),
    ...(deadLetterConfig === undefined ? {} : { DeadLetterConfig: { Arn: deadLetterConfig.arn } }),
  };
}
