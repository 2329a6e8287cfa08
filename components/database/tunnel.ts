import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition.js";
import * as pulumi from "@pulumi/pulumi";
import { createServiceRole, type ServiceRole } from "../iam.ts";
import { child, type Scope, type Tags } from "../scope.ts";
import { createEgressRule, createIngressRule } from "../security-group-rules.ts";
import { databasePort, tunnelLifetimeSeconds } from "./names.ts";

/** What a tunnel to the database is made from. */
export interface DatabaseTunnelArgs {
  /** VPC of the database. */
  readonly vpcId: pulumi.Input<string>;
  /** Group of the database. It gets the rule that lets the tunnel in. */
  readonly databaseSecurityGroupId: pulumi.Input<string>;
  /** Log group of the task's own output, which is empty as long as nothing fails. */
  readonly logGroupName: pulumi.Input<string>;
  readonly logGroupArns: readonly pulumi.Input<string>[];
  readonly region: string;
  readonly accountId: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * Amazon Linux 2023, published by AWS in its public registry, for `linux/amd64` and `linux/arm64`. The digest fixes its content.
 * The task needs `sleep` and nothing else, and AWS, which runs the task, is nobody new to trust. The API's own image would tie
 * the way to the database to a release: a stage without an image, or with a broken one, would have none.
 */
const tunnelImage =
  "public.ecr.aws/amazonlinux/amazonlinux@sha256:12052e9b5d3fd85769abbdd863dd038e1890c9ace31d5fdbe1afa78eda97d061";

/**
 * Where Systems Manager's agent writes, which ECS starts beside the process. AWS asks for a writable root file system instead
 * (ECS developer guide, "Monitor Amazon ECS containers with ECS Exec", considerations). With these three folders the agent
 * works on a read-only one (aws/containers-roadmap, issues 1359 and 2824).
 */
const agentFolders = {
  "managed-agents": "/managed-agents",
  "agent-state": "/var/lib/amazon/ssm",
  "agent-log": "/var/log/amazon/ssm",
} as const;

/** User and group of the process. The agent beside it runs as root, as ECS Exec wants it. */
const processUser = "65534:65534";

/**
 * What `npm run rollout -- tunnel` starts for as long as somebody works on the database: a task that sleeps, and through which
 * Systems Manager forwards connections of one person. No task runs otherwise, so nothing costs anything, and nothing has a
 * public address at any time.
 *
 * Nobody may reach the task. It may reach the database, and HTTPS for Systems Manager and the image. Its role may keep the
 * channel to Systems Manager open, and do nothing else: it holds no right to log in to the database.
 */
export class DatabaseTunnel extends pulumi.ComponentResource {
  /** Group of the task. */
  readonly securityGroupId: pulumi.Output<string>;
  /** The task definition, with its revision. */
  readonly taskDefinitionArn: pulumi.Output<string>;

  constructor(name: string, args: DatabaseTunnelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:database:DatabaseTunnel", name, {}, opts);
    const scope: Scope = { name, parent: this, tags: args.tags };
    this.securityGroupId = createSecurityGroup(scope, args).id;
    this.taskDefinitionArn = createTask(scope, args).arn;
    this.registerOutputs({ securityGroupId: this.securityGroupId, taskDefinitionArn: this.taskDefinitionArn });
  }
}

/** Creates the group, which lets nothing in, and the rule by which the database lets it in. */
function createSecurityGroup(scope: Scope, args: DatabaseTunnelArgs): SecurityGroup {
  const { logicalName, tags, opts } = child(scope, "tunnel");
  const group = new SecurityGroup(
    logicalName,
    { vpcId: args.vpcId, description: "Tunnel to the database, lets nothing in", tags },
    opts,
  );
  createEgressRule(scope, {
    what: "tunnel-to-https",
    securityGroupId: group.id,
    peer: { cidrIpv4: "0.0.0.0/0" },
    port: 443,
    description: "Systems Manager, the image and the log over TLS",
  });
  createEgressRule(scope, {
    what: "tunnel-to-database",
    securityGroupId: group.id,
    peer: { referencedSecurityGroupId: args.databaseSecurityGroupId },
    port: databasePort,
    description: "PostgreSQL",
  });
  createIngressRule(scope, {
    what: "database-from-tunnel",
    securityGroupId: args.databaseSecurityGroupId,
    peer: { referencedSecurityGroupId: group.id },
    port: databasePort,
    description: "Tunnel of one person, while it is open",
  });
  return group;
}

/** Creates the task definition. The container ends by itself, so that a tunnel that nobody closed is closed all the same. */
function createTask(scope: Scope, args: DatabaseTunnelArgs): TaskDefinition {
  const { logicalName, tags, opts } = child(scope, "tunnel");
  const execution = createEcsRole(scope, args, {
    what: "tunnel-execution",
    description: "Starts the tunnel to the database: writes its log",
    statements: [
      {
        sid: "WriteLogs",
        actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
        resources: args.logGroupArns.map((arn) => pulumi.interpolate`${arn}:log-stream:*`),
      },
    ],
  });
  const task = createEcsRole(scope, args, {
    what: "tunnel",
    description: "The tunnel to the database at run time: the channel to Systems Manager",
    statements: [
      {
        sid: "KeepChannelOpen",
        // These actions take no resource (Service Authorization Reference, "Amazon Message Gateway Service").
        actions: [
          "ssmmessages:CreateControlChannel",
          "ssmmessages:CreateDataChannel",
          "ssmmessages:OpenControlChannel",
          "ssmmessages:OpenDataChannel",
        ],
        resources: ["*"],
      },
    ],
  });
  return new TaskDefinition(
    logicalName,
    {
      family: logicalName,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      executionRoleArn: execution.role.arn,
      taskRoleArn: task.role.arn,
      volumes: Object.keys(agentFolders).map((name) => ({ name })),
      containerDefinitions: pulumi.jsonStringify([containerDefinition(args)]),
      tags,
    },
    // A task may start only with roles that can do their work.
    { ...opts, dependsOn: [execution.policy, task.policy] },
  );
}

function containerDefinition({ logGroupName, region }: DatabaseTunnelArgs): object {
  return {
    name: "tunnel",
    image: tunnelImage,
    essential: true,
    user: processUser,
    readonlyRootFilesystem: true,
    linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    stopTimeout: 2,
    command: ["sleep", String(tunnelLifetimeSeconds)],
    mountPoints: Object.entries(agentFolders).map(([sourceVolume, containerPath]) => ({
      sourceVolume,
      containerPath,
      readOnly: false,
    })),
    logConfiguration: {
      logDriver: "awslogs",
      options: {
        "awslogs-group": logGroupName,
        "awslogs-region": region,
        "awslogs-stream-prefix": "tunnel",
        mode: "non-blocking",
        "max-buffer-size": "1m",
      },
    },
  };
}

/** Creates a role that ECS tasks of this account and region may assume. */
function createEcsRole(
  scope: Scope,
  { region, accountId }: DatabaseTunnelArgs,
  role: Pick<Parameters<typeof createServiceRole>[1], "what" | "description" | "statements">,
): ServiceRole {
  return createServiceRole(scope, {
    ...role,
    service: "ecs-tasks.amazonaws.com",
    accountId,
    sourceArn: pulumi.interpolate`arn:aws:ecs:${region}:${accountId}:*`,
  });
}
