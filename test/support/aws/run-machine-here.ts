import { DescribeAlarmsCommand, GetMetricDataCommand, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import {
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeStateMachineCommand } from "@aws-sdk/client-sfn";
import { PublishCommand } from "@aws-sdk/client-sns";
import { GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { answerMetricData, metricDataParameters } from "../../../rehearsal/local/alarms/metric-data.ts";
import { MetricStore } from "../../../rehearsal/local/alarms/metrics.ts";
import type { AwsActions } from "../../../rehearsal/local/aws/actions.ts";
import { createMachine, type Execution } from "../../../rehearsal/local/rollback/state-machine.ts";
import type { AwsClients } from "./aws-clients.ts";

/**
 * Runs a state machine of moto's account in this process, on moto's services. moto's own GetMetricData knows no functions, so
 * the values come from moto and the machine's expressions on them are computed here.
 *
 * @param now the machine's clock; counts are asked until then
 */
export async function runMachineHere(
  clients: AwsClients,
  stateMachineArn: string,
  input: unknown,
  now: () => Date,
): Promise<Execution> {
  const { definition = "" } = await clients.machines.send(new DescribeStateMachineCommand({ stateMachineArn }));
  return await createMachine(definition, { aws: actionsOf(clients), timeFactor: 1000, now })(input);
}

function actionsOf({ balancing, watching, parameters, notices }: AwsClients): AwsActions {
  /** Step Functions hands on what the service answered, as JSON. */
  const plain = async (answer: Promise<unknown>) => JSON.parse(JSON.stringify(await answer)) as unknown;
  return {
    "elasticloadbalancingv2:describeRules": (given) => plain(balancing.send(new DescribeRulesCommand(given as never))),
    "elasticloadbalancingv2:describeTargetHealth": (given) =>
      plain(balancing.send(new DescribeTargetHealthCommand(given as never))),
    "elasticloadbalancingv2:modifyRule": (given) => plain(balancing.send(new ModifyRuleCommand(given as never))),
    "cloudwatch:describeAlarms": (given) => plain(watching.send(new DescribeAlarmsCommand(given as never))),
    "cloudwatch:putMetricData": (given) => plain(watching.send(new PutMetricDataCommand(given as never))),
    "cloudwatch:getMetricData": (given) => countMetrics({ watching }, given),
    "ssm:getParameter": (given) => plain(parameters.send(new GetParameterCommand(given as never))),
    "ssm:putParameter": (given) => plain(parameters.send(new PutParameterCommand(given as never))),
    "sns:publish": (given) => plain(notices.send(new PublishCommand(given as never))),
  };
}

async function countMetrics({ watching }: Pick<AwsClients, "watching">, given: unknown): Promise<unknown> {
  const { MetricDataQueries, StartTime, EndTime } = metricDataParameters.parse(given);
  const store = new MetricStore();
  const asked = MetricDataQueries.flatMap((query) => ("MetricStat" in query ? [query] : []));
  const { MetricDataResults = [] } = await watching.send(
    new GetMetricDataCommand({
      MetricDataQueries: asked.map(({ Id, MetricStat }) => ({ Id, MetricStat })),
      StartTime: new Date(StartTime),
      EndTime: new Date(EndTime),
    }),
  );
  for (const { Id, MetricStat } of asked) {
    const { Namespace, MetricName, Dimensions } = MetricStat.Metric;
    const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
    store.announce(Namespace, MetricName);
    const { Timestamps = [], Values = [] } = MetricDataResults.find((result) => result.Id === Id) ?? {};
    for (const [index, at] of Timestamps.entries()) {
      // The store's periods leave their beginning out.
      store.put({ namespace: Namespace, metricName: MetricName, dimensions }, at.getTime() + 1, Values[index] ?? 0);
    }
  }
  const range = { store, from: Date.parse(StartTime), until: Date.parse(EndTime), minuteMilliseconds: 60_000 };
  return answerMetricData(MetricDataQueries, range);
}
