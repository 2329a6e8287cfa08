/** Where a policy document can stand in a plan: every property of the AWS provider that holds one. */
import type { Kind } from "./kinds.ts";
import { type Condition, type Statement, statementsOf } from "./policy-documents.ts";

/**
 * What a document does. `identity` says what its holder may do, `trust` who may become a role, `resource` who may use a
 * resource, and `endpoint` what passes through a VPC endpoint.
 */
export type DocumentUse = "identity" | "trust" | "resource" | "endpoint";

type Props = Readonly<Record<string, unknown>>;

interface Place {
  readonly property: string;
  readonly use: DocumentUse;
  /** The documents of the property. Default: its value is one. */
  readonly read?: (value: unknown) => readonly unknown[];
}

const at = (property: string, use: DocumentUse, read?: Place["read"]): Place =>
  read === undefined ? { property, use } : { property, use, read };
const inline = (value: unknown): readonly unknown[] =>
  (Array.isArray(value) ? value : []).map((entry: Props) => entry["policy"]);

const identityPolicy = [at("policy", "identity")];
const resourcePolicy = [at("policy", "resource")];
const resourceDocument = [at("policyDocument", "resource")];

/** By type token, without `aws:` and the class: `kms/key`. A test compares the table with the provider's SDK. */
const places: Readonly<Record<string, readonly Place[]>> = {
  "amp/resourcePolicy:ResourcePolicy": resourceDocument,
  "acmpca/policy:Policy": resourcePolicy,
  "apigateway/domainName:DomainName": resourcePolicy,
  "apigateway/restApi:RestApi": resourcePolicy,
  "apigateway/restApiPolicy:RestApiPolicy": resourcePolicy,
  "backup/vaultPolicy:VaultPolicy": resourcePolicy,
  "bedrock/agentcoreResourcePolicy:AgentcoreResourcePolicy": resourcePolicy,
  "cloudsearch/domainServiceAccessPolicy:DomainServiceAccessPolicy": [at("accessPolicy", "resource")],
  "cloudwatch/eventBusPolicy:EventBusPolicy": resourcePolicy,
  "cloudwatch/logDeliveryDestinationPolicy:LogDeliveryDestinationPolicy": [at("deliveryDestinationPolicy", "resource")],
  "cloudwatch/logDestinationPolicy:LogDestinationPolicy": [at("accessPolicy", "resource")],
  "cloudwatch/logResourcePolicy:LogResourcePolicy": resourceDocument,
  "codeartifact/domainPermissions:DomainPermissions": resourceDocument,
  "codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": resourceDocument,
  "codebuild/resourcePolicy:ResourcePolicy": resourcePolicy,
  "dsql/clusterPolicy:ClusterPolicy": resourcePolicy,
  "dynamodb/resourcePolicy:ResourcePolicy": resourcePolicy,
  "ec2/vpcEndpoint:VpcEndpoint": [at("policy", "endpoint")],
  "ec2/vpcEndpointPolicy:VpcEndpointPolicy": [at("policy", "endpoint")],
  "ecr/registryPolicy:RegistryPolicy": resourcePolicy,
  "ecr/repositoryCreationTemplate:RepositoryCreationTemplate": [at("repositoryPolicy", "resource")],
  "ecr/repositoryPolicy:RepositoryPolicy": resourcePolicy,
  "ecrpublic/repositoryPolicy:RepositoryPolicy": resourcePolicy,
  "efs/fileSystemPolicy:FileSystemPolicy": resourcePolicy,
  "elasticsearch/domain:Domain": [at("accessPolicies", "resource")],
  "elasticsearch/domainPolicy:DomainPolicy": [at("accessPolicies", "resource")],
  "glacier/vault:Vault": [at("accessPolicy", "resource")],
  "glacier/vaultLock:VaultLock": resourcePolicy,
  "glue/resourcePolicy:ResourcePolicy": resourcePolicy,
  "iam/groupPolicy:GroupPolicy": identityPolicy,
  "iam/policy:Policy": identityPolicy,
  "iam/role:Role": [at("assumeRolePolicy", "trust"), at("inlinePolicies", "identity", inline)],
  "iam/rolePolicy:RolePolicy": identityPolicy,
  "iam/userPolicy:UserPolicy": identityPolicy,
  "iot/policy:Policy": identityPolicy,
  "kinesis/resourcePolicy:ResourcePolicy": resourcePolicy,
  "kms/externalKey:ExternalKey": resourcePolicy,
  "kms/key:Key": resourcePolicy,
  "kms/keyPolicy:KeyPolicy": resourcePolicy,
  "kms/replicaExternalKey:ReplicaExternalKey": resourcePolicy,
  "kms/replicaKey:ReplicaKey": resourcePolicy,
  "lambda/resourcePolicy:ResourcePolicy": resourcePolicy,
  "mediastore/containerPolicy:ContainerPolicy": resourcePolicy,
  "msk/clusterPolicy:ClusterPolicy": resourcePolicy,
  "networkfirewall/resourcePolicy:ResourcePolicy": resourcePolicy,
  "oam/sinkPolicy:SinkPolicy": resourcePolicy,
  "odb/network:Network": [
    at("kmsPolicyDocument", "endpoint"),
    at("s3PolicyDocument", "endpoint"),
    at("stsPolicyDocument", "endpoint"),
  ],
  "opensearch/domain:Domain": [at("accessPolicies", "resource")],
  "opensearch/domainPolicy:DomainPolicy": [at("accessPolicies", "resource")],
  "opensearchingest/resourcePolicy:ResourcePolicy": resourcePolicy,
  "pinpoint/smsvoicev2ResourcePolicy:Smsvoicev2ResourcePolicy": resourcePolicy,
  "redshift/resourcePolicy:ResourcePolicy": resourcePolicy,
  "redshiftserverless/resourcePolicy:ResourcePolicy": resourcePolicy,
  "s3/accessPoint:AccessPoint": resourcePolicy,
  "s3/bucket:Bucket": resourcePolicy,
  "s3/bucketPolicy:BucketPolicy": resourcePolicy,
  "s3/bucketV2:BucketV2": resourcePolicy,
  "s3/filesFileSystemPolicy:FilesFileSystemPolicy": resourcePolicy,
  "s3/vectorsVectorBucketPolicy:VectorsVectorBucketPolicy": resourcePolicy,
  "s3control/accessGrantsInstanceResourcePolicy:AccessGrantsInstanceResourcePolicy": resourcePolicy,
  "s3control/accessPointPolicy:AccessPointPolicy": resourcePolicy,
  "s3control/bucketPolicy:BucketPolicy": resourcePolicy,
  "s3control/objectLambdaAccessPointPolicy:ObjectLambdaAccessPointPolicy": resourcePolicy,
  "s3tables/tableBucketPolicy:TableBucketPolicy": [at("resourcePolicy", "resource")],
  "s3tables/tablePolicy:TablePolicy": [at("resourcePolicy", "resource")],
  "sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy": [at("resourcePolicy", "resource")],
  "schemas/registryPolicy:RegistryPolicy": resourcePolicy,
  "secretsmanager/secret:Secret": resourcePolicy,
  "secretsmanager/secretPolicy:SecretPolicy": resourcePolicy,
  "ses/identityPolicy:IdentityPolicy": resourcePolicy,
  "sesv2/emailIdentityPolicy:EmailIdentityPolicy": resourcePolicy,
  "sns/topic:Topic": resourcePolicy,
  "sns/topicPolicy:TopicPolicy": resourcePolicy,
  "sqs/queue:Queue": resourcePolicy,
  "sqs/queuePolicy:QueuePolicy": resourcePolicy,
  "ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": [at("inlinePolicy", "identity")],
  "vpclattice/authPolicy:AuthPolicy": resourcePolicy,
  "vpclattice/resourcePolicy:ResourcePolicy": resourcePolicy,
  "xray/resourcePolicy:ResourcePolicy": resourceDocument,
};

/** Types that make one statement of a resource policy out of single properties. */
const singleStatements: Readonly<Record<string, (props: Props) => Statement>> = {
  "cloudwatch/eventPermission:EventPermission": (props) => {
    const { type, key, value } = (props["condition"] ?? {}) as Props;
    return permission(props["principal"], type === undefined ? {} : { [String(type)]: { [String(key)]: value } });
  },
  "lambda/layerVersionPermission:LayerVersionPermission": ({ principal, organizationId }) =>
    permission(
      principal,
      organizationId === undefined ? {} : { StringEquals: { "aws:PrincipalOrgID": organizationId } },
    ),
  "lambda/permission:Permission": ({ principal, principalOrgId, sourceAccount, sourceArn }) =>
    permission(principal, {
      StringEquals: {
        ...(principalOrgId === undefined ? {} : { "aws:PrincipalOrgID": principalOrgId }),
        ...(sourceAccount === undefined ? {} : { "aws:SourceAccount": sourceAccount }),
      },
      ArnLike: sourceArn === undefined ? {} : { "aws:SourceArn": sourceArn },
    }),
};

function permission(principal: unknown, condition: Condition): Statement {
  const name = String(principal);
  return {
    label: "the permission",
    effect: "Allow",
    actions: [],
    notActions: [],
    resources: [],
    notResources: [],
    principals: [{ kind: name.endsWith(".amazonaws.com") ? "Service" : "AWS", name }],
    notPrincipals: [],
    condition,
  };
}

/** A policy document of a planned resource. */
export interface PlannedDocument {
  readonly property: string;
  readonly use: DocumentUse;
  readonly document: unknown;
}

/** The kinds that can hold documents of these uses, for a rule to look at. */
export function carriersOf(...uses: readonly DocumentUse[]): readonly Kind<Props>[] {
  const holders = Object.keys(places).filter((type) => places[type]?.some(({ use }) => uses.includes(use)));
  const single = uses.includes("resource") ? Object.keys(singleStatements) : [];
  return [...holders, ...single].map((type) => ({ token: `aws:${type}` }));
}

/** The policy documents of a resource, absent ones left out. */
export function documentsOf(token: string, props: Props): readonly PlannedDocument[] {
  return (places[typeOf(token)] ?? []).flatMap(({ property, use, read = (value) => [value] }) =>
    read(props[property])
      .filter((document) => document !== undefined && document !== null && document !== "")
      .map((document) => ({ property, use, document })),
  );
}

/** A statement of a planned resource, named in messages by `where`: `statement ReadSecrets of policy`. */
export interface PlannedStatement {
  readonly where: string;
  readonly statement: Statement;
}

/** The statements of a resource's documents of these uses. */
export function plannedStatements(
  token: string,
  props: Props,
  uses: readonly DocumentUse[],
): readonly PlannedStatement[] {
  const single = uses.includes("resource") ? singleStatements[typeOf(token)] : undefined;
  if (single !== undefined) return [{ where: "the permission", statement: single(props) }];
  return documentsOf(token, props)
    .filter(({ use }) => uses.includes(use))
    .flatMap(({ property, document }) =>
      statementsOf(document).map((statement) => ({ where: `${statement.label} of ${property}`, statement })),
    );
}

function typeOf(token: string): string {
  return token.replace(/^aws:/, "");
}
