/**
 * What IAM, Service Quotas and SES answer, over the wire, in the form that AWS documents: moto knows no simulation, no quotas of
 * Fargate and no account of SES. A test has botocore's models read each of them.
 *
 * @see AWS IAM API Reference, SimulatePrincipalPolicy and GetRole; Service Quotas API Reference, GetServiceQuota; Amazon SES
 * API v2 Reference, GetAccount
 */

const iam = "https://iam.amazonaws.com/doc/2010-05-08/";

/** The simulation of some actions, of which some are denied. */
export function simulation(actions: readonly string[], denied: readonly string[] = []): string {
  const members = actions.map(
    (action) =>
      `<member><EvalActionName>${action}</EvalActionName><EvalResourceName>*</EvalResourceName><EvalDecision>${denied.includes(action) ? "implicitDeny" : "allowed"}</EvalDecision><MatchedStatements/><MissingContextValues/></member>`,
  );
  return `<SimulatePrincipalPolicyResponse xmlns="${iam}"><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>${members.join("")}</EvaluationResults></SimulatePrincipalPolicyResult><ResponseMetadata><RequestId>004d7059-4c14-11e5-b121-bd8c7EXAMPLE</RequestId></ResponseMetadata></SimulatePrincipalPolicyResponse>`;
}

/** A role of AWS's own. */
export const role = (name: string) =>
  `<GetRoleResponse xmlns="${iam}"><GetRoleResult><Role><Path>/aws-service-role/</Path><Arn>arn:aws:iam::123456789012:role/aws-service-role/${name}</Arn><RoleName>${name}</RoleName><AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument><CreateDate>2026-11-01T12:00:00Z</CreateDate><RoleId>AROAJLQEXAMPLEID12345</RoleId></Role></GetRoleResult><ResponseMetadata><RequestId>df37e965-9967-11e1-a4c3-270EXAMPLE04</RequestId></ResponseMetadata></GetRoleResponse>`;

/** The error of IAM's protocol. */
export const iamError = (code: string, message: string) =>
  `<ErrorResponse xmlns="${iam}"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>7a62c49f-347e-4fc4-9331-6e8eEXAMPLE</RequestId></ErrorResponse>`;

/** A quota that was granted. */
export const quota = (serviceCode: string, quotaCode: string, value: number) =>
  JSON.stringify({
    Quota: {
      ServiceCode: serviceCode,
      QuotaArn: `arn:aws:servicequotas:ap-southeast-2:123456789012:${serviceCode}/${quotaCode}`,
      QuotaCode: quotaCode,
      Value: value,
      Unit: "None",
      Adjustable: true,
      GlobalQuota: false,
    },
  });

/** An account of SES. */
export const mailAccount = (productionAccess: boolean) =>
  JSON.stringify({
    DedicatedIpAutoWarmupEnabled: false,
    EnforcementStatus: "HEALTHY",
    ProductionAccessEnabled: productionAccess,
    SendQuota: { Max24HourSend: 200, MaxSendRate: 1, SentLast24Hours: 0 },
    SendingEnabled: true,
    SuppressionAttributes: { SuppressedReasons: ["BOUNCE", "COMPLAINT"] },
  });
