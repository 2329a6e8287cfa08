import { z } from "zod";
import { readIdentity } from "../../infra/aws/identity.ts";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { vercelTokenVariable } from "../../infra/vercel/frontend-vercel.ts";
import { askCloudflare, askProvider, hasToken, readRecords, tokenVariable, zoneOf } from "../cloudflare.ts";
import { fail, notChecked, pass } from "../found.ts";
import { check, type Finding } from "./finding.ts";
import { checkOriginPulls, checkSslMode } from "./origin-checks.ts";

/** What the checks of the providers work with. */
export interface ProviderPorts {
  /** Undefined where the stack file has problems. */
  readonly config: Pick<StageConfig, "aws" | "dns" | "hosts" | "frontend"> | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether an update has created the stage's records already. */
  readonly isDeployed: boolean;
  readonly cloudflareUrl: string;
  readonly vercelUrl: string;
}

/** Where the providers' APIs are. */
export const providerUrls = {
  cloudflareUrl: "https://api.cloudflare.com/client/v4",
  vercelUrl: "https://api.vercel.com",
} as const;

const unreadable = notChecked("the stack file has problems");

/** Checks whom the credentials of this shell are for, and that each provider has what the plan needs. */
export async function checkProviders(ports: ProviderPorts): Promise<readonly Finding[]> {
  return await Promise.all([
    check("AWS account", () => checkAccount(ports)),
    check("Cloudflare token", () => checkCloudflareToken(ports)),
    check("Cloudflare zone", () => checkZone(ports)),
    check("Cloudflare SSL mode", () => checkSslMode(ports)),
    check("Cloudflare origin pulls", () => checkOriginPulls(ports)),
    check("DNS records", () => checkRecords(ports)),
    check("Vercel token", () => checkVercel(ports)),
    check("Vercel plan", () => checkVercelPlan(ports)),
  ]);
}

async function checkAccount({ config }: ProviderPorts) {
  if (config === undefined) return unreadable;
  const { region, accountId } = config.aws;
  const identity = await readIdentity(region);
  const found = `account ${identity.accountId} in ${region}, as ${identity.arn}`;
  if (accountId === undefined) return pass(`${found}; the stack file names no account, so any is accepted`);
  return accountId === identity.accountId
    ? pass(found)
    : fail(
        `${found}; the stack file names account ${accountId}`,
        "Log in to that account (aws sso login), or set AWS_PROFILE.",
      );
}

const noToken = fail(
  `${tokenVariable} is not set`,
  `Create a token with Zone:Read, DNS:Edit, Zone Settings:Edit and SSL and Certificates:Edit for the zone, and set ${tokenVariable}.`,
);

async function checkCloudflareToken(ports: ProviderPorts) {
  if (!hasToken(ports)) return noToken;
  const { status } = await askCloudflare(ports, "/user/tokens/verify", z.object({ status: z.string() }));
  return status === "active" ? pass(status) : fail(`it is ${status}`, `Create another one, and set ${tokenVariable}.`);
}

async function checkZone(ports: ProviderPorts) {
  if (ports.config === undefined) return unreadable;
  if (!hasToken(ports)) return notChecked(`${tokenVariable} is not set`);
  const { zone: name } = ports.config.dns;
  const zone = await zoneOf(ports, name);
  if (zone === undefined) {
    return fail(
      `the token sees no zone ${name}`,
      "Add the zone to the account, or give the token the right to read it.",
    );
  }
  return zone.status === "active"
    ? pass(`${name}, ${zone.id}`)
    : fail(`${name} is ${zone.status}`, "Let the domain's registrar name Cloudflare's name servers.");
}

async function checkRecords(ports: ProviderPorts) {
  if (ports.config === undefined) return unreadable;
  if (ports.isDeployed) return notChecked("the stage's own records are there already");
  if (!hasToken(ports)) return notChecked(`${tokenVariable} is not set`);
  const zone = await zoneOf(ports, ports.config.dns.zone);
  if (zone === undefined) return notChecked("there is no zone to look at");
  const { hosts: named, dns } = ports.config;
  const hosts = Object.entries(named).flatMap(([key, host]) =>
    dns.pendingHosts.some((pending) => pending === key) ? [] : [host],
  );
  const records = await Promise.all(hosts.map((host) => readRecords(ports, zone.id, host)));
  const standing = records.flat().map(({ type, name, content }) => `${name} ${type} ${content}`.trim());
  return standing.length === 0
    ? pass(`none of ${hosts.join(", ")} has one`)
    : fail(
        `there are records already: ${standing.join("; ")}`,
        "The first update is refused because of them. Keep a public host where it leads for now: dns.pendingHosts (docs/runbook.md, Over a site that is live). Delete the record of another host, if it may go.",
      );
}

async function checkVercel({ config, environment, vercelUrl }: ProviderPorts) {
  const token = environment[vercelTokenVariable] ?? "";
  if (token === "")
    return fail(
      `${vercelTokenVariable} is not set`,
      `Create a token in Vercel's account settings, and set ${vercelTokenVariable}.`,
    );
  const { user } = z
    .object({ user: z.object({ username: z.string() }) })
    .parse(JSON.parse(await askProvider(`${vercelUrl}/v2/user`, token)));
  const teamId = config?.frontend.teamId;
  if (teamId === undefined) return pass(`${user.username}, without a team`);
  const { name } = z
    .object({ name: z.string() })
    .parse(JSON.parse(await askProvider(`${vercelUrl}/v2/teams/${teamId}`, token)));
  return pass(`${user.username}, team ${name}`);
}

/**
 * Whether the team may release the frontend by stages, which Vercel has on its Pro and Enterprise plans.
 *
 * @see Vercel, "Rolling Releases"; REST API, "Get a Team": `billing.plan` is hobby, pro or enterprise
 */
async function checkVercelPlan({ config, environment, vercelUrl }: ProviderPorts) {
  if (config === undefined) return unreadable;
  const { rollingRelease = [], teamId } = config.frontend;
  if (rollingRelease.length === 0) return pass("frontend.rollingRelease has no stages, so any plan will do");
  const token = environment[vercelTokenVariable] ?? "";
  if (token === "") return notChecked(`${vercelTokenVariable} is not set`);
  if (teamId === undefined) {
    return notChecked(
      "frontend.teamId names no team, and frontend.rollingRelease needs one whose plan is Pro or Enterprise",
    );
  }
  const { billing } = z
    .object({ billing: z.object({ plan: z.string().optional() }).nullish() })
    .parse(JSON.parse(await askProvider(`${vercelUrl}/v2/teams/${teamId}`, token)));
  const plan = billing?.plan;
  if (plan === undefined) return notChecked("Vercel does not tell this token the team's plan");
  return plan === "pro" || plan === "enterprise"
    ? pass(plan)
    : fail(
        `it is ${plan}, and frontend.rollingRelease needs Pro or Enterprise`,
        "Upgrade the team at Vercel, or take frontend.rollingRelease out of the stack file: the frontend then goes out whole.",
      );
}
