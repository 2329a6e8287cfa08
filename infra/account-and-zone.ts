import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { Provider } from "@pulumi/aws/provider.js";
import { getZone } from "@pulumi/cloudflare/getZone.js";
import * as pulumi from "@pulumi/pulumi";
import type { Stage, StageConfig } from "./config/schema/stage-config.ts";
import { failureText, takeBackHint } from "./messages.ts";
import type { DeployedPlaces } from "./rollout/previous-update.ts";
import type { ProgramWorld } from "./rollout/program-world.ts";

/**
 * The AWS provider of a stage: its region, and its account where one is configured, so that a shell that is logged in to
 * the wrong account changes nothing. Credentials come from the environment. Cloudflare, Vercel and PostgreSQL read
 * theirs from the environment too (`CLOUDFLARE_API_TOKEN`, `VERCEL_API_TOKEN`, `PGPASSWORD`).
 */
export function createAwsProvider(name: string, { region, accountId }: StageConfig["aws"]): Provider {
  return new Provider(name, {
    region,
    allowedAccountIds: accountId === undefined ? undefined : [accountId],
  });
}

/** Where a stage is deployed to. */
export interface AccountAndZone {
  /** AWS account, 12 digits. */
  readonly accountId: string;
  /** Id of the Cloudflare zone of the stage's hosts. */
  readonly zoneId: string;
}

/** What a provider answered: a value, or why there is none. */
type Answer = { readonly value: string } | { readonly why: string };

/** What the providers answered, to be settled when it is known that the update may go on. */
export interface PlaceAnswers {
  readonly account: Answer;
  readonly zone: Answer;
}

/** Asks AWS which account the credentials are for, and Cloudflare for the zone. It never fails: answers say why not. */
export async function askAccountAndZone(zoneName: string, provider: pulumi.ProviderResource): Promise<PlaceAnswers> {
  const [account, zone] = await Promise.all([
    ask(async () => (await getCallerIdentity({}, { provider })).accountId),
    ask(async () => (await getZone({ filter: { name: zoneName } })).zoneId),
  ]);
  return { account, zone };
}

async function ask(call: () => Promise<string | undefined>): Promise<Answer> {
  try {
    const value = await call();
    return value === undefined || value === "" ? { why: "the answer names none" } : { value };
  } catch (error) {
    return { why: failureText(error) };
  }
}

/** The account of the credentials; undefined where AWS did not answer. */
export function answeredAccount({ account }: PlaceAnswers): string | undefined {
  return "value" in account ? account.value : undefined;
}

/** What stands in for an answer, and what for. */
export interface Fallback {
  readonly config: Pick<StageConfig, "aws" | "dns">;
  readonly previous: DeployedPlaces;
  readonly stage: Stage;
  readonly warn: ProgramWorld["warn"];
}

/**
 * Takes what could not be looked up from the last update, with a warning: a service that is down must not keep anybody
 * from taking traffic back.
 *
 * @throws {pulumi.RunError} naming each lookup that failed and that the last update cannot stand in for
 */
export async function settleAccountAndZone(answers: PlaceAnswers, fallback: Fallback): Promise<AccountAndZone> {
  const { config, previous, stage, warn } = fallback;
  const { accountId: required } = config.aws;
  const ofAccount = {
    what: "The AWS account of these credentials",
    // No permission is needed: AWS answers also where a policy denies the call (STS API Reference, "GetCallerIdentity").
    todo: "Log in to AWS (aws sso login), or set AWS_PROFILE to a profile that is logged in; no permission is missing, since AWS answers this to all valid credentials",
    recorded: required === undefined || previous.accountId === required ? previous.accountId : undefined,
  };
  const ofZone = {
    what: `The Cloudflare zone ${config.dns.zone}`,
    todo: "Set CLOUDFLARE_API_TOKEN to a token that may read this zone, or correct dns.zone in the stack file",
    recorded: previous.zone?.name === config.dns.zone ? previous.zone.id : undefined,
  };
  const problems: string[] = [];
  const settle = async (answer: Answer, { what, todo, recorded }: typeof ofZone | typeof ofAccount) => {
    if ("value" in answer) return answer.value;
    if (recorded === undefined) {
      problems.push(`${what} cannot be looked up: ${answer.why}. ${todo}.`);
      return "";
    }
    await warn(`${what} cannot be looked up: ${answer.why}. The last update used ${recorded}, and so does this one.`);
    return recorded;
  };
  const accountId = await settle(answers.account, ofAccount);
  const zoneId = await settle(answers.zone, ofZone);
  if (problems.length > 0) throw missing(problems, stage);
  return { accountId, zoneId };
}

function missing(problems: readonly string[], stage: Stage): pulumi.RunError {
  const [count, them] = problems.length === 1 ? ["A lookup", "it"] : [`${problems.length} lookups`, "them"];
  return new pulumi.RunError(
    [
      `${count} failed, and the last update of ${stage} left nothing that could stand in for ${them}. No resource was changed.`,
      ...problems.map((problem) => `- ${problem}`),
      `Then run this command again. ${takeBackHint(stage)}`,
    ].join("\n"),
  );
}
