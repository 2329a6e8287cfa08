import { beforeAll, expect, it } from "vitest";
import { isBlock } from "../../../infra/config/config-keys.ts";
import { diffValues } from "../../../rehearsal/plan/diff-values.ts";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import { replacementTable } from "../../../rehearsal/plan/replacement/replacement-table.ts";
import { placeCreation } from "../../../rehearsal/validate/place-resource.ts";
import type { ServiceModels } from "../../../rehearsal/validate/service-model.ts";
import { callTable } from "../../../rehearsal/validate/table/call-table.ts";
import { openTypeSchemas, type TypeSchema } from "../../../rehearsal/validate/template/cloudformation-schema.ts";
import { fitProperties } from "../../../rehearsal/validate/template/fit-properties.ts";
import { templateTypes } from "../../../rehearsal/validate/template/template-types.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { cfnLintPython, openModels, planBothStages } from "./judges.ts";

const modified = "The provider modifies a rule in place (ModifySecurityGroupRules). CloudFormation does not.";
const unknownToProvider =
  "The provider's update leaves it out or looks for the new one. The program names the input in replaceOnChanges.";
const putAgain =
  "CloudFormation has it as a list or a part of its owner, and changes that. In the provider it is the key of a resource of its own.";

/** Where CloudFormation and the provider differ, by type and input, and why. */
const disagreements: Readonly<Record<string, string>> = {
  ...forEach("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", modified, [
    "cidrIpv4",
    "fromPort",
    "ipProtocol",
    "prefixListId",
    "referencedSecurityGroupId",
    "toPort",
  ]),
  ...forEach("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", modified, [
    "cidrIpv4",
    "fromPort",
    "ipProtocol",
    "referencedSecurityGroupId",
    "toPort",
  ]),
  ...forEach("aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration", unknownToProvider, [
    "configurationName",
    "slackTeamId",
  ]),
  ...forEach("aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration", unknownToProvider, [
    "configurationName",
    "teamId",
    "tenantId",
  ]),
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment policyArn": putAgain,
  "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination eventDestinationName": putAgain,
  "aws:sns/topicPolicy:TopicPolicy arn": putAgain,
  "aws:sqs/queuePolicy:QueuePolicy queueUrl": putAgain,
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration maxRetentionDays": putAgain,
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration minRetentionDays": putAgain,
  "aws:ecr/lifecyclePolicy:LifecyclePolicy policy":
    "The provider cannot update it: it deletes the policy and puts another.",
  "aws:acm/certificate:Certificate validationMethod": "The provider asks for another certificate.",
  "aws:ec2/eip:Eip domain": "There is one domain today, and the provider takes another for another address.",
  "aws:ec2/managedPrefixList:ManagedPrefixList addressFamily":
    "No call of EC2 changes it, and the provider replaces the list.",
  "aws:ec2/routeTableAssociation:RouteTableAssociation routeTableId":
    "The provider changes it in place (ReplaceRouteTableAssociation).",
  "aws:ecs/service:Service launchType":
    "The provider replaces the service. CloudFormation changes it, as ECS can by now.",
  "aws:rds/eventSubscription:EventSubscription snsTopic": "The provider changes it in place (ModifyEventSubscription).",
  "aws:rds/instance:Instance dbSubnetGroupName": "The provider asks RDS to move the instance (ModifyDBInstance).",
  "aws:rds/instance:Instance engine":
    "The provider replaces the instance. RDS changes no PostgreSQL into another engine.",
  "aws:rds/instance:Instance identifier":
    "The provider renames in place. The program does not let it: it names the input in replaceOnChanges.",
  "aws:wafv2/ipSet:IpSet ipAddressVersion": "No call of WAF changes it, and the provider replaces the set.",
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration logDestinationConfigs":
    "The provider replaces the configuration. WAF would put another in its place.",
};

function forEach(type: string, reason: string, inputs: readonly string[]): Record<string, string> {
  return Object.fromEntries(inputs.map((input) => [`${type} ${input}`, reason]));
}

describeWithMoto("held against CloudFormation's createOnlyProperties, as cfn-lint carries them", () => {
  let models: ServiceModels;
  let schemaOf: (type: string) => TypeSchema;
  const planned: PlannedResource[] = [];
  beforeAll(async () => {
    models = await openModels();
    schemaOf = openTypeSchemas(await cfnLintPython(), "ap-southeast-2");
    for (const [first] of Object.values(await planBothStages())) planned.push(...(first?.resources ?? []));
  });

  it("differs only where a reason is given, and each reason is needed", async () => {
    const found = new Set<string>();
    let compared = 0;
    for (const resource of planned) {
      for (const input of Object.keys(resource.inputs)) {
        const created = createOnly(resource, input);
        if (created === undefined) continue;
        compared += 1;
        const { properties = [] } = replacementTable[resource.type] ?? {};
        if (created !== properties.includes(input)) found.add(`${resource.type} ${input}`);
      }
    }
    expect([...found].sort()).toEqual(Object.keys(disagreements).sort());
    expect(compared).toBeGreaterThan(2000);
  });

  /** Whether CloudFormation replaces a resource for another value of this input; undefined where it does not have the input. */
  function createOnly(resource: PlannedResource, input: string): boolean | undefined {
    const entry = templateTypes[resource.type];
    if (entry === undefined) return undefined;
    const schema = schemaOf(entry.type);
    const other = { ...resource, inputs: { ...resource.inputs, [input]: another(resource.inputs[input]) } };
    const changed = diffValues(propertiesOf(resource), propertiesOf(other)).map(({ path }) =>
      path.replace(/\[\d+\]/g, ""),
    );
    if (changed.length === 0) return undefined;
    const fixed = (schema.createOnlyProperties ?? []).map((path) =>
      path.replace(/^\/properties\//, "").replaceAll("/", "."),
    );
    return changed.some((path) => fixed.some((one) => path === one || path.startsWith(`${one}.`)));
  }

  function propertiesOf(resource: PlannedResource): Readonly<Record<string, unknown>> {
    const [rule, entry] = [callTable[resource.type], templateTypes[resource.type]];
    if (rule === undefined || entry === undefined) return {};
    const calls = placeCreation(resource, rule, models);
    return Object.assign(
      {},
      ...calls.map(({ parameters }) => fitProperties(schemaOf(entry.type), entry, parameters).properties),
    );
  }
});

/** Another value of the same form. */
function another(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  if (typeof value === "string") {
    const held = heldJson(value);
    return held === undefined ? `${value}x` : JSON.stringify(another(held));
  }
  if (Array.isArray(value)) return value.map(another);
  if (isBlock(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, another(inner)]));
  return value;
}

/** What a text holds as JSON, such as a policy; undefined where it is another text, such as the pattern of a log filter. */
function heldJson(text: string): unknown {
  try {
    const held: unknown = JSON.parse(text);
    return typeof held === "object" && held !== null ? held : undefined;
  } catch {
    return undefined;
  }
}
