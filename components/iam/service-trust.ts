import * as pulumi from "@pulumi/pulumi";

/** Which service may take a role, and on whose behalf. */
export interface ServiceTrust {
  /** The service, such as `states.amazonaws.com`. */
  readonly service: string;
  /** The account whose work it must be. */
  readonly accountId: pulumi.Input<string>;
  /** ARN pattern of what the service may use the role for. Default: anything of the account. */
  readonly sourceArn?: pulumi.Input<string>;
}

/**
 * The trust policy of a service role. Its conditions keep others from having the service use the role for them (IAM user
 * guide, "The confused deputy problem").
 */
export function serviceTrust({ service, accountId, sourceArn }: ServiceTrust): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": accountId },
          ...(sourceArn === undefined ? {} : { ArnLike: { "aws:SourceArn": sourceArn } }),
        },
      },
    ],
  });
}
