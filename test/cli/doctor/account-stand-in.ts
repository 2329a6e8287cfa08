import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished, vi } from "vitest";
import { iamError, mailAccount, quota, role, simulation } from "./account-answers.ts";

/** What the account has; by default everything that a deployment needs. */
export interface AccountFacts {
  readonly denied?: readonly string[];
  readonly missingRoles?: readonly string[];
  /** By quota code; one that is not named is 50. null: nobody has asked for another than AWS's default, which is 5. */
  readonly quotas?: Readonly<Record<string, number | null>>;
  readonly productionAccess?: boolean;
  /** Where calls that change IAM are made: a moto. */
  readonly changesGoTo?: string;
  /** Whether the caller may ask nothing of this. */
  readonly isClosed?: boolean;
}

/** A stand-in for IAM, Service Quotas and SES of an account, on loopback. */
export interface AccountStandIn {
  /** What leads a client to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** What was asked. */
  readonly asked: readonly string[];
  stop(): void;
}

export async function startAccountServer(facts: AccountFacts = {}): Promise<AccountStandIn> {
  const { denied = [], missingRoles = [], quotas = {}, productionAccess = true, isClosed = false, changesGoTo } = facts;
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const end = (status: number, type: string, text: string) => {
      response.writeHead(status, { "content-type": type });
      response.end(text);
    };
    const xml = (text: string, status = 200) => end(status, "text/xml", text);
    const json = (text: string, status = 200) => end(status, "application/x-amz-json-1.1", text);
    const [, target] = String(request.headers["x-amz-target"] ?? "").split(".");
    const form = new URLSearchParams(body);
    const action = target ?? form.get("Action") ?? "GetAccount";
    asked.push(action);
    if (isClosed) {
      return target === undefined && form.has("Action")
        ? xml(iamError("AccessDenied", "not authorized"), 403)
        : json(JSON.stringify({ __type: "AccessDeniedException", message: "not authorized" }), 403);
    }
    if (changesGoTo !== undefined && /^(Attach|Create|Put)/.test(action)) {
      const headers = {
        authorization: String(request.headers.authorization),
        "content-type": "application/x-www-form-urlencoded",
      };
      const answer = await fetch(changesGoTo, { method: "POST", headers, body });
      return xml(await answer.text(), answer.status);
    }
    if (action === "GetRole") {
      const name = form.get("RoleName") ?? "";
      return missingRoles.includes(name)
        ? xml(iamError("NoSuchEntity", `The role with name ${name} cannot be found.`), 404)
        : xml(role(name));
    }
    if (action === "SimulatePrincipalPolicy") {
      const actions = [...form].flatMap(([key, value]) => (key.startsWith("ActionNames.member.") ? [value] : []));
      return xml(simulation(actions, denied));
    }
    if (action === "GetAccount") return json(mailAccount(productionAccess));
    const { ServiceCode = "", QuotaCode = "" } = JSON.parse(body);
    const value = quotas[QuotaCode] === undefined ? 50 : quotas[QuotaCode];
    if (action === "GetAWSDefaultServiceQuota") return json(quota(ServiceCode, QuotaCode, 5));
    return value === null
      ? json(JSON.stringify({ __type: "NoSuchResourceException", Message: "The request failed." }), 400)
      : json(quota(ServiceCode, QuotaCode, value));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const variables = ["AWS_ENDPOINT_URL_IAM", "AWS_ENDPOINT_URL_SERVICE_QUOTAS", "AWS_ENDPOINT_URL_SESV2"];
  return {
    environment: Object.fromEntries(variables.map((name) => [name, endpoint])),
    asked,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The same until the test ends. @returns what was asked */
export async function startAccount(facts: AccountFacts = {}): Promise<readonly string[]> {
  const { environment, asked, stop } = await startAccountServer(facts);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  onTestFinished(() => {
    for (const name of Object.keys(environment)) vi.stubEnv(name, undefined);
    stop();
  });
  return asked;
}
