import type { StageAddresses } from "../stack-outputs.ts";
import { clientOptions, explained, once } from "./client.ts";
import type { TunnelTaskState } from "./tunnel-task.ts";

/** Where a tunnel leads, and through what. */
interface TunnelRequest {
  /** `ecs:<cluster>_<task>_<runtime id>` */
  readonly target: string;
  readonly host: string;
  readonly port: number;
  readonly localPort: number;
}

/** A session that Systems Manager has opened, for `session-manager-plugin` to carry. */
export interface TunnelSession {
  /** The request, as it was sent. */
  readonly request: object;
  /** The answer. It holds a token: whoever has it can use the session. */
  readonly response: object;
  /** What the plugin asks when it resumes the session. */
  readonly endpoint: string;
}

/** What `tunnel` asks of AWS. Each function is one API call; it throws an `Error` that says what to do. */
export interface TunnelAws {
  /** ARNs of tasks with this mark that nobody has told to stop. */
  list(mark: string): Promise<readonly string[]>;
  /** Starts the tunnel's task in the private subnets. @returns its ARN */
  start(mark: string, clientToken: string): Promise<string>;
  /** Undefined where AWS does not know the task yet. */
  describe(arn: string): Promise<TunnelTaskState | undefined>;
  stop(arn: string): Promise<void>;
  openSession(request: TunnelRequest): Promise<TunnelSession>;
  /** A token to log in to the database with, for 15 minutes. Signing asks nobody. */
  signToken(login: { readonly host: string; readonly port: number; readonly user: string }): Promise<string>;
  /** The password that RDS keeps for the master user. */
  readPassword(secretArn: string): Promise<string>;
}

/** The document by which Systems Manager forwards a port to another host. */
const forwardToHost = "AWS-StartPortForwardingSessionToRemoteHost";

/**
 * The tunnel by AWS's SDK, whose clients are loaded when they are asked for the first time.
 *
 * @throws {Error} where the last update planned no tunnel
 */
export function openTunnelAws(addresses: StageAddresses): TunnelAws {
  const { region, clusterArn: cluster, privateSubnetIds, tunnelTaskDefinitionArn, tunnelSecurityGroupId } = addresses;
  if (tunnelTaskDefinitionArn === undefined || tunnelSecurityGroupId === undefined) {
    throw new Error(
      "The outputs of the stack lack tunnelTaskDefinitionArn: it was last updated by a version of this program that plans no tunnel. Run npx pulumi up --stack <stage> with the config that is deployed, which creates it.",
    );
  }
  const options = clientOptions(region);
  const place = { clusterArn: cluster, subnetIds: privateSubnetIds, securityGroupId: tunnelSecurityGroupId };
  const containers = once(async () => {
    const [{ ECSClient }, { listTasks, startTask }, { describeTunnelTask, stopTunnelTask }] = await Promise.all([
      import("@aws-sdk/client-ecs"),
      import("./tasks-and-services.ts"),
      import("./tunnel-task.ts"),
    ]);
    return { client: new ECSClient(options), listTasks, startTask, describeTunnelTask, stopTunnelTask };
  });
  return {
    async list(mark) {
      const { client, listTasks } = await containers();
      return await listTasks(client, cluster, mark);
    },
    async start(startedBy, clientToken) {
      const { client, startTask } = await containers();
      const taskDefinitionArn = tunnelTaskDefinitionArn;
      return await startTask(client, place, { taskDefinitionArn, startedBy, clientToken, enableExecuteCommand: true });
    },
    async describe(arn) {
      const { client, describeTunnelTask } = await containers();
      return await describeTunnelTask(client, cluster, arn);
    },
    async stop(arn) {
      const { client, stopTunnelTask } = await containers();
      await stopTunnelTask(client, cluster, arn);
    },
    async openSession({ target, host, port, localPort }) {
      const { SSMClient, StartSessionCommand } = await import("@aws-sdk/client-ssm");
      const request = {
        Target: target,
        DocumentName: forwardToHost,
        Parameters: { host: [host], portNumber: [String(port)], localPortNumber: [String(localPort)] },
      };
      const client = new SSMClient(options);
      const { SessionId, StreamUrl, TokenValue } = await explained("the session could not be opened", () =>
        client.send(new StartSessionCommand(request)),
      );
      return {
        request,
        response: { SessionId, StreamUrl, TokenValue },
        endpoint: `https://ssm.${region}.amazonaws.com`,
      };
    },
    async signToken({ host: hostname, port, user: username }) {
      const { Signer } = await import("@aws-sdk/rds-signer");
      return await explained("no token for the database could be signed", () =>
        new Signer({ region, hostname, port, username }).getAuthToken(),
      );
    },
    async readPassword(SecretId) {
      const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
      const { SecretString = "" } = await explained("the master user's password could not be read", () =>
        new SecretsManagerClient(options).send(new GetSecretValueCommand({ SecretId })),
      );
      const { password }: { readonly password?: unknown } = JSON.parse(SecretString);
      if (typeof password === "string") return password;
      throw new Error(`AWS: the secret ${SecretId} has no password.`);
    },
  };
}
