import { z } from "zod";
import type { PlannedResource } from "../../plan/planned-resource.ts";
import { readInputs } from "../routes/read-inputs.ts";
import type { CloudEvent } from "./alarm-event.ts";
import { readEventPattern } from "./event-pattern.ts";
import { transformInput } from "./input-transformer.ts";

/** What starts the machine on an event. */
interface EventTrigger {
  /** Logical name of the target. */
  readonly name: string;
  /** The machine's input for an event; undefined where the rule does not match it. */
  readonly inputFor: (event: CloudEvent) => unknown;
}

/** What starts the machine again and again. */
interface ScheduleTrigger {
  readonly name: string;
  readonly everySeconds: number;
  readonly input: unknown;
}

/** Everything that starts one machine. */
export interface Triggers {
  readonly onEvents: readonly EventTrigger[];
  readonly onSchedule: readonly ScheduleTrigger[];
}

const ruleInputs = z.strictObject({
  description: z.string().optional(),
  eventPattern: z.string().optional(),
  scheduleExpression: z
    .string()
    .regex(/^rate\((1 minute|\d+ minutes)\)$/, "a rate of minutes")
    .optional(),
  state: z.literal("ENABLED").optional(),
  tags: z.record(z.string(), z.string()).optional(),
});

const targetInputs = z.strictObject({
  rule: z.string(),
  arn: z.string(),
  roleArn: z.string(),
  input: z.string().optional(),
  inputTransformer: z
    .strictObject({ inputPaths: z.record(z.string(), z.string()), inputTemplate: z.string() })
    .optional(),
  retryPolicy: z.object({}).optional(),
  deadLetterConfig: z.object({}).optional(),
});

/**
 * Reads the event rules whose planned targets start a machine.
 *
 * @param machineArn ARN of the machine
 * @throws {Error} naming a rule or a target that is planned in a way that is not modelled
 */
export function readTriggers(resources: readonly PlannedResource[], machineArn: string): Triggers {
  const targets = resources.filter(
    ({ type, inputs }) => type === "aws:cloudwatch/eventTarget:EventTarget" && inputs["arn"] === machineArn,
  );
  const onEvents: EventTrigger[] = [];
  const onSchedule: ScheduleTrigger[] = [];
  for (const target of targets) {
    const { rule: ruleName, input, inputTransformer } = readInputs(target, targetInputs);
    const rule = resources.find(
      ({ type, outputs }) => type === "aws:cloudwatch/eventRule:EventRule" && outputs["name"] === ruleName,
    );
    if (rule === undefined) throw new Error(`${target.name} belongs to the rule ${ruleName}, which is not planned.`);
    const { eventPattern, scheduleExpression } = readInputs(rule, ruleInputs);
    if (eventPattern !== undefined && inputTransformer !== undefined && scheduleExpression === undefined) {
      const matches = readEventPattern(eventPattern);
      const inputFor = (event: CloudEvent) => (matches(event) ? transformInput(inputTransformer, event) : undefined);
      onEvents.push({ name: target.name, inputFor });
    } else if (scheduleExpression !== undefined && input !== undefined && eventPattern === undefined) {
      const minutes = Number(/\d+/.exec(scheduleExpression)?.[0]);
      onSchedule.push({ name: target.name, everySeconds: minutes * 60, input: JSON.parse(input) });
    } else {
      throw new Error(
        `${target.name} is neither an event with an input transformer nor a schedule with an input, which is all that the rehearsal models.`,
      );
    }
  }
  return { onEvents, onSchedule };
}
