import { EventConnection } from "@pulumi/aws/cloudwatch/eventConnection.js";
import * as pulumi from "@pulumi/pulumi";
import type { AllowStatement } from "../iam.ts";
import { child, type Scope } from "../scope.ts";
import { rollbackEndpoint } from "./definition-frontend.ts";
import type { RollbackArgs } from "./rollback-args.ts";

/** What lets the machine take the frontend back. */
export interface FrontendConnection {
  readonly connectionArn: pulumi.Output<string>;
  readonly statements: readonly AllowStatement[];
}

/**
 * Creates the connection that holds Vercel's token. EventBridge keeps it in a secret of its own in Secrets Manager, and Step
 * Functions reads it there for each call: it stands in no definition, no input and no log.
 *
 * The machine's role may call one endpoint by one method, and read this secret.
 *
 * @see AWS Step Functions Developer Guide, "IAM permissions to run an HTTP Task"; Amazon EventBridge User Guide, "Connections for
 *   HTTP targets"
 */
export function createFrontendConnection(
  scope: Scope,
  {
    frontend,
    region,
    accountId,
  }: Pick<RollbackArgs, "region" | "accountId"> & Required<Pick<RollbackArgs, "frontend">>,
): FrontendConnection {
  const { logicalName, opts } = child(scope, "frontend-return");
  const connection = new EventConnection(
    logicalName,
    {
      description: "Vercel, for the rollback that takes the frontend back with the API",
      authorizationType: "API_KEY",
      authParameters: {
        apiKey: { key: "Authorization", value: pulumi.secret(pulumi.interpolate`Bearer ${frontend.token}`) },
      },
    },
    opts,
  );
  return {
    connectionArn: connection.arn,
    statements: [
      {
        sid: "TakeFrontendBack",
        actions: ["states:InvokeHTTPEndpoint"],
        resources: [pulumi.interpolate`arn:aws:states:${region}:${accountId}:stateMachine:*`],
        conditions: {
          StringEquals: { "states:HTTPMethod": "POST" },
          StringLike: {
            "states:HTTPEndpoint": pulumi.output(frontend.projectId).apply((id) => `${rollbackEndpoint(id)}*`),
          },
        },
      },
      {
        sid: "UseVercelsConnection",
        actions: ["events:RetrieveConnectionCredentials"],
        resources: [connection.arn],
      },
      {
        sid: "ReadVercelsToken",
        actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
        resources: [connection.secretArn],
      },
      {
        sid: "KnowReleasedFrontend",
        actions: ["ssm:GetParameter", "ssm:PutParameter"],
        resources: [pulumi.interpolate`arn:aws:ssm:${region}:${accountId}:parameter${frontend.parameterName}`],
      },
    ],
  };
}
