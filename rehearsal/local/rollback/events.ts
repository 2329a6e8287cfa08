import { randomUUID } from "node:crypto";
import { z } from "zod";
import { eventRule } from "../../../policies/kinds.ts";
import { ofKind, type PlannedResource, readInputs } from "../../plan/planned-resource.ts";
import type { AlarmState } from "../alarms/formulas.ts";
import type { PlannedCompositeAlarm } from "../alarms/planned-alarms.ts";
import { readPermissions, trustsService } from "../aws/actions.ts";

/** An event of EventBridge. */
export type AwsEvent = Readonly<Record<string, unknown>>;

/** What an event tells of an alarm. */
interface AlarmEventDetail {
  /** The text of a composite alarm's rule is absent for an alarm on metrics. */
  readonly alarm: Pick<PlannedCompositeAlarm, "name" | "arn"> & Partial<Pick<PlannedCompositeAlarm, "ruleText">>;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly at: Date;
  /** The cause, as a sentence for people. */
  readonly reason: string;
}

/**
 * The event that CloudWatch sends when an alarm changes its state.
 *
 * @see CloudWatch User Guide, "Alarm events and EventBridge"
 */
export function alarmStateChange({ alarm, from, to, at, reason }: AlarmEventDetail): AwsEvent {
  const [, , , region, account] = alarm.arn.split(":");
  const timestamp = at.toISOString().replace("Z", "+0000");
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "CloudWatch Alarm State Change",
    source: "aws.cloudwatch",
    account,
    time: `${at.toISOString().slice(0, 19)}Z`,
    region,
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.name,
      state: { value: to, reason, timestamp },
      previousState: { value: from },
      configuration: alarm.ruleText === undefined ? { metrics: [] } : { alarmRule: alarm.ruleText },
    },
  };
}

/** A planned target that starts the machine for an event. */
interface EventStart {
  /** Logical name of the target. */
  readonly name: string;
  /** Whether the target's role lets EventBridge start the machine. Otherwise nothing starts, and the event is undelivered. */
  readonly mayStart: boolean;
  /** The machine's input for an event; undefined where the rule does not match the event. */
  readonly inputFor: (event: AwsEvent) => unknown;
}

/** A planned target that starts the machine at an interval. */
interface ScheduledStart {
  /** Logical name of the target. */
  readonly name: string;
  readonly everySeconds: number;
  /** Whether the target's role lets EventBridge start the machine. */
  readonly mayStart: boolean;
  readonly input: unknown;
}

/** Everything that starts the machine. */
export interface MachineStarts {
  readonly onEvents: readonly EventStart[];
  readonly onSchedule: readonly ScheduledStart[];
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

const eventTarget = { token: "aws:cloudwatch/eventTarget:EventTarget" };

/**
 * Reads the event rules whose planned targets start a machine.
 *
 * @throws {Error} naming a rule or a target that is planned in a way that is not modelled
 */
export function readStarts(resources: readonly PlannedResource[], machineArn: string): MachineStarts {
  const targets = ofKind(resources, eventTarget).filter(({ inputs }) => inputs["arn"] === machineArn);
  const onEvents: EventStart[] = [];
  const onSchedule: ScheduledStart[] = [];
  for (const target of targets) {
    const { rule: ruleName, input, inputTransformer, roleArn } = readInputs(target, targetInputs);
    const may = readPermissions(resources, roleArn);
    const mayStart =
      trustsService(resources, roleArn, "events.amazonaws.com") &&
      may({ action: "states:StartExecution", resource: machineArn });
    const rule = ofKind(resources, eventRule).find(({ outputs }) => outputs["name"] === ruleName);
    if (rule === undefined) throw new Error(`${target.name} belongs to the rule ${ruleName}, which is not planned.`);
    const { eventPattern, scheduleExpression } = readInputs(rule, ruleInputs);
    if (eventPattern !== undefined && inputTransformer !== undefined && scheduleExpression === undefined) {
      const matches = readEventPattern(eventPattern);
      const inputFor = (event: AwsEvent) => (matches(event) ? transformInput(inputTransformer, event) : undefined);
      onEvents.push({ name: target.name, mayStart, inputFor });
    } else if (scheduleExpression !== undefined && input !== undefined && eventPattern === undefined) {
      const minutes = Number(/\d+/.exec(scheduleExpression)?.[0]);
      onSchedule.push({ name: target.name, everySeconds: minutes * 60, mayStart, input: JSON.parse(input) });
    } else {
      throw new Error(
        `${target.name} is planned in a way that the rehearsal does not model. It models an event pattern with an input transformer, and a schedule with an input.`,
      );
    }
  }
  return { onEvents, onSchedule };
}

const exact = z.union([z.string(), z.number(), z.boolean(), z.null()]);

interface Pattern {
  readonly [field: string]: Pattern | readonly z.output<typeof exact>[];
}

const pattern: z.ZodType<Pattern> = z.lazy(() => z.record(z.string(), z.union([z.array(exact).min(1), pattern])));

/**
 * Reads an event pattern that consists of exact values. The plan uses no more.
 *
 * @param text JSON, as an event rule has it
 * @returns tells whether an event matches: it has each field of the pattern with one of the values. Where the event has a
 *   list, one of its items must match
 * @throws {Error} for a pattern that has anything else, such as a prefix
 * @see EventBridge User Guide, "Creating Amazon EventBridge event patterns"
 */
export function readEventPattern(text: string): (event: AwsEvent) => boolean {
  const read = pattern.safeParse(JSON.parse(text));
  if (!read.success) {
    throw new Error(`The event pattern ${text} has more than exact values, which the rehearsal does not model.`);
  }
  return (event) => matches(read.data, event);
}

function matches(wanted: Pattern, given: unknown): boolean {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return false;
  const fields: Readonly<Record<string, unknown>> = { ...given };
  return Object.entries(wanted).every(([name, values]) => {
    if (!isList(values)) return matches(values, fields[name]);
    const found = fields[name];
    const all: readonly unknown[] = Array.isArray(found) ? found : [found];
    return all.some((one) => values.some((value) => value === one));
  });
}

function isList(values: Pattern[string]): values is readonly z.output<typeof exact>[] {
  return Array.isArray(values);
}

/** How an event target makes the machine's input from an event. */
interface InputTransformer {
  /** Paths into the event, by the names that the template uses. */
  readonly inputPaths: Readonly<Record<string, string>>;
  /** JSON with `<name>` where a value goes. */
  readonly inputTemplate: string;
}

const plainPath = /^\$(\.[A-Za-z_][A-Za-z0-9_-]*)+$/;

/**
 * The input that a target gets for an event. A placeholder stands for a whole JSON value: EventBridge inserts a string with
 * its quotation marks.
 *
 * @throws {Error} naming a path or a placeholder that is not modelled or not in the event, or a result that is not JSON
 * @see EventBridge User Guide, "Amazon EventBridge input transformation"
 */
export function transformInput({ inputPaths, inputTemplate }: InputTransformer, event: AwsEvent): unknown {
  const input = inputTemplate.replace(/<([A-Za-z0-9_.-]+)>/g, (placeholder, name: string) => {
    const path = inputPaths[name];
    if (path === undefined) throw new Error(`The template names ${placeholder}, which no input path defines.`);
    return JSON.stringify(valueAt(path, event));
  });
  try {
    return JSON.parse(input);
  } catch {
    throw new Error(
      `The template ${inputTemplate} makes ${input} from the event, which is not valid JSON. A placeholder inside quotation marks is not modelled.`,
    );
  }
}

function valueAt(path: string, event: AwsEvent): unknown {
  if (!plainPath.test(path))
    throw new Error(`The input path ${path} has more than names and dots, which is not modelled.`);
  let value: unknown = event;
  for (const name of path.split(".").slice(1)) {
    value =
      typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  }
  if (value === undefined) throw new Error(`The event has no value at the input path ${path}.`);
  return value;
}
