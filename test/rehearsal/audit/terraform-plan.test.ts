import { describe, expect, it } from "vitest";
import { readStackFile } from "../../../infra/config/stack-file.ts";
import { terraformAddress, terraformPlan, terraformType } from "../../../rehearsal/audit/terraform-plan.ts";
import { missingImages } from "../../../rehearsal/plan/compare-stage.ts";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import { planOnce } from "../../support/plan-once.ts";
import { fixtureFolder } from "../../support/stack-files.ts";

/** As the provider of Terraform names them; the list was read from its published bindings. */
const terraformTypes = [
  "aws_acm_certificate",
  "aws_acm_certificate_validation",
  "aws_appautoscaling_policy",
  "aws_appautoscaling_target",
  "aws_backup_plan",
  "aws_backup_restore_testing_plan",
  "aws_backup_restore_testing_selection",
  "aws_backup_selection",
  "aws_backup_vault",
  "aws_backup_vault_lock_configuration",
  "aws_cloudwatch_composite_alarm",
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_event_target",
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_log_metric_filter",
  "aws_cloudwatch_metric_alarm",
  "aws_db_event_subscription",
  "aws_db_instance",
  "aws_db_parameter_group",
  "aws_db_subnet_group",
  "aws_default_security_group",
  "aws_ec2_managed_prefix_list",
  "aws_ecr_lifecycle_policy",
  "aws_ecr_repository",
  "aws_ecs_cluster",
  "aws_ecs_cluster_capacity_providers",
  "aws_ecs_service",
  "aws_ecs_task_definition",
  "aws_eip",
  "aws_flow_log",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachment",
  "aws_internet_gateway",
  "aws_kms_alias",
  "aws_kms_key",
  "aws_lb",
  "aws_lb_listener",
  "aws_lb_listener_rule",
  "aws_lb_target_group",
  "aws_lb_trust_store",
  "aws_nat_gateway",
  "aws_route",
  "aws_route_table",
  "aws_route_table_association",
  "aws_s3_bucket",
  "aws_s3_bucket_lifecycle_configuration",
  "aws_s3_bucket_logging",
  "aws_s3_bucket_ownership_controls",
  "aws_s3_bucket_policy",
  "aws_s3_bucket_public_access_block",
  "aws_s3_bucket_server_side_encryption_configuration",
  "aws_s3_bucket_versioning",
  "aws_s3_object",
  "aws_secretsmanager_secret",
  "aws_secretsmanager_secret_version",
  "aws_security_group",
  "aws_sesv2_configuration_set",
  "aws_sesv2_configuration_set_event_destination",
  "aws_sesv2_email_identity",
  "aws_sesv2_email_identity_feedback_attributes",
  "aws_sesv2_email_identity_mail_from_attributes",
  "aws_sfn_state_machine",
  "aws_sns_topic",
  "aws_sns_topic_policy",
  "aws_sns_topic_subscription",
  "aws_sqs_queue",
  "aws_sqs_queue_policy",
  "aws_ssm_parameter",
  "aws_subnet",
  "aws_vpc",
  "aws_vpc_endpoint",
  "aws_vpc_security_group_egress_rule",
  "aws_vpc_security_group_ingress_rule",
  "aws_wafv2_ip_set",
  "aws_wafv2_web_acl",
  "aws_wafv2_web_acl_association",
  "aws_wafv2_web_acl_logging_configuration",
];

const now = new Date("2026-11-23T00:00:00Z");

async function planned(stage: "staging" | "production"): Promise<readonly PlannedResource[]> {
  const set = { ...missingImages(readStackFile(fixtureFolder, stage)), candidateWeight: 0 };
  return (await planOnce({ stage, set, now, projectFolder: fixtureFolder, previousRecord: null })).resources;
}

/** A planned resource with what these tests read. */
function resource(type: string, name: string, given: Partial<PlannedResource>): PlannedResource {
  const common = { urn: name, custom: true, id: "", outputs: {}, secretPaths: [], ignoreChanges: [], protect: false };
  return { type, name, inputs: {}, ...common, ...given };
}

/** What a plan of these resources says of the last one. */
function lastOf(resources: readonly PlannedResource[]) {
  const { planned_values, configuration } = terraformPlan(resources);
  const values = planned_values.root_module.resources.at(-1)?.values;
  const { expressions } = configuration.root_module.resources.at(-1) as { readonly expressions: unknown };
  return { values, expressions };
}

it("names every planned type as Terraform does", async () => {
  const both = [...(await planned("staging")), ...(await planned("production"))];
  const types = both.filter(({ type }) => type.startsWith("aws:")).map(({ type }) => terraformType(type));
  expect([...new Set(types)].sort()).toEqual(terraformTypes);
});

describe("terraformPlan", () => {
  it("has every AWS resource once, under an address of its own", async () => {
    const resources = await planned("production");
    const addresses = resources.filter(({ type }) => type.startsWith("aws:")).map(terraformAddress);
    const written = terraformPlan(resources).planned_values.root_module.resources.map(({ address }) => address);
    expect(written).toEqual(addresses);
    expect(new Set(written).size).toBe(written.length);
    expect(written.length).toBeGreaterThan(200);
  });

  it("writes a block and a list of blocks as blocks, a map as a map", () => {
    const listener = resource("aws:lb/listener:Listener", "http", {
      inputs: { defaultActions: [{ type: "redirect", redirect: { statusCode: "HTTP_301" } }], tags: { Name: "http" } },
    });
    expect(lastOf([listener]).values).toEqual({
      default_action: [{ type: "redirect", redirect: [{ status_code: "HTTP_301" }] }],
      tags: { Name: "http" },
    });
  });

  it.each([
    ["entries", "entry"],
    ["redactedFields", "redacted_fields"],
    ["parameters", "parameter"],
    ["metricQueries", "metric_query"],
    ["ingress", "ingress"],
  ])("names the blocks of %s %s", (input, argument) => {
    const one = resource("aws:ec2/vpc:Vpc", "one", { inputs: { [input]: [{ value: 1 }] } });
    expect(lastOf([one]).values).toEqual({ [argument]: [{ value: 1 }] });
  });

  it("leaves out an id that no new account knows, and says which resource it is of", () => {
    const bucket = resource("aws:s3/bucket:Bucket", "uploads", {
      id: "uploads-1a2b",
      outputs: { arn: "arn:aws:s3:::uploads-1a2b" },
    });
    const versioning = resource("aws:s3/bucketVersioning:BucketVersioning", "uploads", {
      id: "uploads-1a2b",
      inputs: { bucket: "uploads-1a2b", versioningConfiguration: { status: "Enabled" } },
    });
    expect(lastOf([bucket, versioning])).toEqual({
      values: { versioning_configuration: [{ status: "Enabled" }] },
      expressions: {
        bucket: { references: ["aws_s3_bucket.uploads.id", "aws_s3_bucket.uploads"] },
        versioning_configuration: [{}],
      },
    });
  });

  it("keeps what a resource says of itself, and a reference within a longer text", () => {
    const topic = resource("aws:sns/topic:Topic", "alerts", { id: "arn:topic", outputs: { arn: "arn:topic" } });
    const policy = resource("aws:sns/topicPolicy:TopicPolicy", "alerts", {
      id: "own",
      inputs: { policy: '["arn:topic"]', name: "own" },
    });
    expect(lastOf([topic, policy])).toEqual({ values: { policy: '["arn:topic"]', name: "own" }, expressions: {} });
  });

  it("renames what the two providers call by another word", () => {
    const subscription = resource("aws:sns/topicSubscription:TopicSubscription", "on-call", {
      inputs: { topic: "arn" },
    });
    expect(lastOf([subscription]).values).toEqual({ topic_arn: "arn" });
  });
});
