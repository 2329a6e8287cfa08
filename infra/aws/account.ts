import { GetRoleCommand, IAMClient, NoSuchEntityException, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
  ServiceQuotasClient,
} from "@aws-sdk/client-service-quotas";
import { GetAccountCommand, SESv2Client } from "@aws-sdk/client-sesv2";
import { clientOptions, explained } from "./client.ts";

/** Actions that one simulation is asked of, so that its answer is one page. */
const actionsAtOnce = 50;

/**
 * Asks IAM which of these actions a caller may not do, on every resource. Nothing is done.
 *
 * @param callerArn as STS tells it. A session of a role is judged by its role, whose path only IAM knows
 * @returns undefined for the root user and for a federated one, whom IAM does not simulate
 * @see AWS IAM API Reference, SimulatePrincipalPolicy
 */
export async function deniedActions(
  region: string,
  callerArn: string,
  actions: readonly string[],
): Promise<readonly string[] | undefined> {
  const client = new IAMClient(clientOptions(region));
  const [, roleName] = /:assumed-role\/([^/]+)\//.exec(callerArn) ?? [];
  const principal = roleName === undefined ? callerArn : await roleArn(client, roleName);
  if (principal === undefined || !/:(user|role)\//.test(principal)) return undefined;
  const denied: string[] = [];
  for (let first = 0; first < actions.length; first += actionsAtOnce) {
    const ActionNames = actions.slice(first, first + actionsAtOnce);
    let Marker: string | undefined;
    do {
      const marker = Marker;
      const page = await explained("the caller's rights could not be simulated", () =>
        client.send(new SimulatePrincipalPolicyCommand({ PolicySourceArn: principal, ActionNames, Marker: marker })),
      );
      for (const { EvalActionName = "", EvalDecision } of page.EvaluationResults ?? []) {
        if (EvalDecision !== "allowed") denied.push(EvalActionName);
      }
      Marker = page.IsTruncated === true ? page.Marker : undefined;
    } while (Marker !== undefined);
  }
  return denied;
}

async function roleArn(client: IAMClient, RoleName: string): Promise<string | undefined> {
  const answer = await explained(`the role ${RoleName} could not be read`, async () => {
    try {
      return await client.send(new GetRoleCommand({ RoleName }));
    } catch (error) {
      if (error instanceof NoSuchEntityException) return undefined;
      throw error;
    }
  });
  return answer?.Role?.Arn;
}

/** Those of some roles that are not in the account, by one call for each. */
export async function missingRoles(region: string, names: readonly string[]): Promise<readonly string[]> {
  const client = new IAMClient(clientOptions(region));
  const found = await Promise.all(names.map(async (name) => ({ name, arn: await roleArn(client, name) })));
  return found.flatMap(({ name, arn }) => (arn === undefined ? [name] : []));
}

/**
 * Reads a quota of the account as it was granted, or AWS's default where nobody has asked for another: then the first call
 * knows none.
 *
 * @see Service Quotas API Reference, GetServiceQuota
 */
export async function readQuota(region: string, ServiceCode: string, QuotaCode: string): Promise<number | undefined> {
  const client = new ServiceQuotasClient(clientOptions(region));
  const asked = { ServiceCode, QuotaCode };
  const answer = await explained(`the quota ${QuotaCode} of ${ServiceCode} could not be read`, async () => {
    try {
      return await client.send(new GetServiceQuotaCommand(asked));
    } catch (error) {
      if (error instanceof NoSuchResourceException)
        return await client.send(new GetAWSDefaultServiceQuotaCommand(asked));
      throw error;
    }
  });
  return answer.Quota?.Value;
}

/** Whether SES sends to everybody, or in its sandbox to verified addresses only. @see SES API v2 Reference, GetAccount */
export async function sendsToEverybody(region: string): Promise<boolean> {
  const answer = await explained("the account's access to SES could not be read", () =>
    new SESv2Client(clientOptions(region)).send(new GetAccountCommand({})),
  );
  return answer.ProductionAccessEnabled === true;
}
