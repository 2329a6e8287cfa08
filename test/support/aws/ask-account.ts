import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { DescribeRulesCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { DescribeRuleCommand, ListTargetsByRuleCommand } from "@aws-sdk/client-eventbridge";
import { DescribeStateMachineCommand } from "@aws-sdk/client-sfn";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import type { StagePlan } from "../../../rehearsal/plan/plan-stage.ts";
import type { Colour } from "../../../rollout/colour.ts";
import type { PlannedAccount } from "./planned-account.ts";

/** What tests read of a plan's outputs, as it really is in the account. */
interface RealOutputs {
  readonly publicRuleArn: string;
  readonly candidateRuleArn: string;
  readonly targetGroupArns: Readonly<Record<Colour, string>>;
  readonly ownHostTargetGroupArns: Readonly<Record<Colour, string>>;
  readonly rollbackStateMachineArn: string;
  readonly compositeAlarmNames: Readonly<Record<Colour, string>>;
  readonly latchParameterName: string;
  readonly alertTopicArn: string;
  readonly metricNamespace: string;
  readonly clusterArn: string;
  readonly serviceNames: Readonly<Record<Colour, string>>;
}

/** The one planned resource of a type whose logical name ends so; fails when there is not exactly one. */
export function plannedResource({ resources }: Pick<StagePlan, "resources">, type: string, suffix: string) {
  const [found, ...more] = resources.filter((resource) => resource.type === type && resource.name.endsWith(suffix));
  if (found === undefined || more.length > 0) {
    throw new Error(`${found === undefined ? "No resource is" : "Several are"} ${type} …${suffix}.`);
  }
  return found;
}

/** Questions to an account, asked by the SDK: what AWS says, whatever was planned. */
export function askAccount(account: PlannedAccount, plan: StagePlan) {
  const outputs = account.translate(plan.outputs) as unknown as RealOutputs;
  const { balancing, containers, events, machines, parameters } = account.clients;
  const rule = async (arn: string) => {
    const { Rules } = await balancing.send(new DescribeRulesCommand({ RuleArns: [arn] }));
    return Rules?.[0];
  };
  return {
    outputs,
    /** Weights of the public rule, by colour, in the rule's own order. */
    async weights() {
      const groups = (await rule(outputs.publicRuleArn))?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
      const colourOf = (arn: string | undefined) => (arn === outputs.targetGroupArns.blue ? "blue" : "green");
      return groups.map(({ TargetGroupArn, Weight }) => [colourOf(TargetGroupArn), Weight]);
    },
    /** Target groups that the candidate's own host sends somebody to. */
    async candidateHost() {
      const groups = (await rule(outputs.candidateRuleArn))?.Actions?.[0]?.ForwardConfig?.TargetGroups ?? [];
      return groups.flatMap(({ TargetGroupArn, Weight }) => (Weight === 0 ? [] : [TargetGroupArn]));
    },
    async latch() {
      const { Parameter } = await parameters.send(new GetParameterCommand({ Name: outputs.latchParameterName }));
      return { value: String(Parameter?.Value), version: Parameter?.Version };
    },
    async definition() {
      const { definition } = await machines.send(
        new DescribeStateMachineCommand({ stateMachineArn: outputs.rollbackStateMachineArn }),
      );
      return String(definition);
    },
    async eventRule(suffix: string) {
      const name = String(plannedResource(plan, "aws:cloudwatch/eventRule:EventRule", suffix).outputs["name"]);
      const described = await events.send(new DescribeRuleCommand({ Name: name }));
      const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: name }));
      return { pattern: described.EventPattern, schedule: described.ScheduleExpression, targets: Targets };
    },
    async image(colour: Colour) {
      const { services } = await containers.send(
        new DescribeServicesCommand({ cluster: outputs.clusterArn, services: [outputs.serviceNames[colour]] }),
      );
      const { taskDefinition } = await containers.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: services?.[0]?.taskDefinition }),
      );
      const image = taskDefinition?.containerDefinitions?.[0]?.image?.split("@")[1];
      return { image, revision: taskDefinition?.revision, running: services?.[0]?.runningCount };
    },
  };
}
