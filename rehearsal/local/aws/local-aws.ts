import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { AlarmStatus } from "../alarms/alarm-watch.ts";
import { answerMetricData, metricDataParameters } from "../alarms/metric-data.ts";
import type { MetricStore } from "../alarms/metrics.ts";
import { authorizationOf, type PlannedRollback } from "../rollback/planned-rollback.ts";
import { type AwsActions, AwsError, awsAction, permittedActions } from "./actions.ts";
import { type LocalRules, loadBalancingActions } from "./load-balancing.ts";

/**
 * Vercel, as an HTTP Task calls it. The rehearsal has no frontend, and so none that a rollback takes back: a call would be
 * answered as Vercel does where it has done so.
 *
 * @see AWS Step Functions Developer Guide, "Call HTTPS APIs in Step Functions workflows", "HTTP Task response"
 */
const vercelAction: AwsActions = {
  "http:invoke": awsAction(
    "States.Http",
    z.strictObject({
      ApiEndpoint: z.url({ protocol: /^https$/ }),
      Method: z.literal("POST"),
      Authentication: z.strictObject({ ConnectionArn: z.string().regex(/^arn:aws:events:.*:connection\//) }),
      QueryParameters: z.strictObject({ teamId: z.string() }).optional(),
    }),
    () => ({ StatusCode: 201, StatusText: "Created", Headers: {}, ResponseBody: "" }),
  ),
};

/** What the stand-ins read and change. */
export interface LocalAwsState {
  readonly balancer: LocalRules;
  /** The plan that is in force when a call comes. */
  readonly planned: () => PlannedRollback;
  /** The composite alarms. */
  readonly alarms: () => readonly AlarmStatus[];
  /** The alarms on the limits of steps. */
  readonly limits: () => readonly AlarmStatus[];
  readonly metrics: Pick<MetricStore, "put" | "statistic">;
  /** SSM parameters: values by name. */
  readonly parameters: Map<string, string>;
  /** Gets each notice that is published. */
  readonly notices: Notice[];
  /** The clock of metrics, milliseconds since 1970. */
  readonly clock: () => number;
  /** When it was by that clock, at this moment of the clock that moves are judged by. */
  readonly metricTimeOf: (instant: string) => number;
  /** Milliseconds of a planned minute. */
  readonly minuteMilliseconds: number;
}

/** A notice that people would have got. */
export interface Notice {
  readonly topicArn: string;
  readonly subject: string;
  readonly message: string;
}

/** The actions of AWS that the planned machine calls, each allowed only where the machine's planned role allows it. */
export function localAws(state: LocalAwsState): AwsActions {
  const { alarms, balancer, clock, limits, metrics, notices, parameters, planned } = state;
  const actions = {
    ...loadBalancingActions(balancer),
    ...monitoringActions({ composites: alarms, metricAlarms: limits }, metrics, clock),
    ...metricDataAction(state),
    ...parameterActions(parameters),
    ...noticeActions(() => planned().topicArns, notices),
    ...vercelAction,
  };
  return permittedActions(actions, () => authorizationOf(planned()));
}

const describeAlarmsParameters = z.strictObject({
  AlarmNames: z.array(z.string()).min(1).max(100),
  AlarmTypes: z.array(z.enum(["CompositeAlarm", "MetricAlarm"])).min(1),
});

const putMetricDataParameters = z.strictObject({
  Namespace: z.string().regex(/^[^:]/, "must not begin with a colon"),
  MetricData: z
    .array(
      z.strictObject({
        MetricName: z.string().min(1),
        Dimensions: z
          .array(z.strictObject({ Name: z.string(), Value: z.string() }))
          .max(30)
          .default([]),
        Unit: z.literal("Percent"),
        Value: z.number(),
      }),
    )
    .min(1),
});

/**
 * DescribeAlarms for the alarms that the rehearsal evaluates, and PutMetricData into its metrics. Like CloudWatch,
 * DescribeAlarms leaves out an alarm that does not exist.
 *
 * @param alarms composite alarms, and those on metrics
 * @param clock milliseconds since 1970, the time of new values
 */
export function monitoringActions(
  alarms: { readonly composites: () => readonly AlarmStatus[]; readonly metricAlarms: () => readonly AlarmStatus[] },
  store: Pick<MetricStore, "put">,
  clock: () => number,
): AwsActions {
  const service = "CloudWatch";
  return {
    "cloudwatch:describeAlarms": awsAction(service, describeAlarmsParameters, ({ AlarmNames, AlarmTypes }) => {
      const described = (type: (typeof AlarmTypes)[number], all: readonly AlarmStatus[]) =>
        all
          .filter(({ name }) => AlarmTypes.includes(type) && AlarmNames.includes(name))
          .map(({ name, arn, state }) => ({ AlarmName: name, AlarmArn: arn, StateValue: state }));
      return {
        CompositeAlarms: described("CompositeAlarm", alarms.composites()),
        MetricAlarms: described("MetricAlarm", alarms.metricAlarms()),
      };
    }),
    "cloudwatch:putMetricData": awsAction(service, putMetricDataParameters, ({ Namespace, MetricData }) => {
      const at = clock();
      for (const { MetricName, Dimensions, Value } of MetricData) {
        const dimensions = Object.fromEntries(Dimensions.map((one) => [one.Name, one.Value]));
        store.put({ namespace: Namespace, metricName: MetricName, dimensions }, at, Value);
      }
      return {};
    }),
  };
}

/** GetMetricData, over the metrics up to now. The end that is asked for is now, by another clock. */
function metricDataAction(state: LocalAwsState): AwsActions {
  const { metrics: store, clock, metricTimeOf, minuteMilliseconds } = state;
  return {
    "cloudwatch:getMetricData": awsAction("CloudWatch", metricDataParameters, ({ MetricDataQueries, StartTime }) =>
      answerMetricData(MetricDataQueries, { store, from: metricTimeOf(StartTime), until: clock(), minuteMilliseconds }),
    ),
  };
}

const getParameterParameters = z.strictObject({ Name: z.string().min(1) });

/** Limits: Systems Manager API Reference, "PutParameter"; a standard parameter holds 4 KB. */
const putParameterParameters = z.strictObject({
  Name: z.string().min(1),
  Type: z.literal("String"),
  Overwrite: z.boolean(),
  Value: z.string().min(1).max(4096),
});

/** GetParameter and PutParameter. @param store values by name */
export function parameterActions(store: Map<string, string>): AwsActions {
  const service = "Ssm";
  return {
    "ssm:getParameter": awsAction(service, getParameterParameters, ({ Name }) => {
      const value = store.get(Name);
      if (value === undefined) throw new AwsError(`${service}.ParameterNotFoundException`, `no parameter ${Name}`);
      return { Parameter: { Name, Type: "String", Value: value } };
    }),
    "ssm:putParameter": awsAction(service, putParameterParameters, ({ Name, Overwrite, Value }) => {
      if (store.has(Name) && !Overwrite) {
        throw new AwsError(`${service}.ParameterAlreadyExistsException`, `the parameter ${Name} exists`);
      }
      store.set(Name, Value);
      return { Tier: "Standard" };
    }),
  };
}

/** Limits: SNS API Reference, "Publish"; a subject is one line of at most 100 ASCII characters. */
const publishParameters = z.strictObject({
  TopicArn: z.string(),
  Subject: z.string().regex(/^[\x21-\x7e][\x20-\x7e]{0,99}$/, "must be one line of at most 100 ASCII characters"),
  Message: z.string().min(1).max(262_144),
});

/**
 * Publish.
 *
 * @param topicArns the topics that exist
 * @param mailbox gets what is published, in order
 */
export function noticeActions(topicArns: () => readonly string[], mailbox: Notice[]): AwsActions {
  const service = "Sns";
  return {
    "sns:publish": awsAction(service, publishParameters, ({ TopicArn, Subject, Message }) => {
      if (!topicArns().includes(TopicArn)) {
        throw new AwsError(`${service}.NotFoundException`, `Topic does not exist: ${TopicArn}`);
      }
      mailbox.push({ topicArn: TopicArn, subject: Subject, message: Message });
      return { MessageId: randomUUID() };
    }),
  };
}
