import { deniedActions, missingRoles, readQuota, sendsToEverybody } from "../../infra/aws/account.ts";
import { readIdentity } from "../../infra/aws/identity.ts";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import type { Stage } from "../../rollout/names.ts";
import { fail, notChecked, pass } from "../found.ts";
import { chatActions, deployActions } from "./deploy-actions.ts";
import { check, type Finding, type Found } from "./finding.ts";

/** What the checks of the AWS account work with. */
export interface AccountPorts {
  readonly stage: Stage;
  /** Undefined where the stack file has problems. */
  readonly config: Pick<StageConfig, "alerts" | "api" | "aws" | "network"> | undefined;
  /** Whether an update of the stage has finished. */
  readonly isDeployed: boolean;
}

/** Checks whether the account and the caller have what an update of the stage needs of AWS. */
export async function checkAccount(ports: AccountPorts): Promise<readonly Finding[]> {
  const { config } = ports;
  const withConfig = async (run: (config: NonNullable<AccountPorts["config"]>) => Promise<Found>) =>
    config === undefined ? notChecked("the stack file has problems") : await unlessDenied(() => run(config));
  return await Promise.all([
    check("rights to deploy", () => withConfig(checkRights)),
    check("service-linked roles", () => withConfig((given) => checkServiceRoles(given, ports.isDeployed))),
    ...quotas.map((quota) => check(`quota of ${quota.what}`, () => withConfig((given) => checkQuota(given, quota)))),
    check("SES sends to everybody", () => withConfig((given) => checkMail(given, ports.stage))),
  ]);
}

/** A caller who may not even ask learns nothing, which is no failure of the account. */
async function unlessDenied(run: () => Promise<Found>): Promise<Found> {
  try {
    return await run();
  } catch (error) {
    const { cause, message } = error as Error;
    const isDenied = cause instanceof Error && /^AccessDenied/.test(cause.name);
    if (!isDenied) throw error;
    return notChecked(
      message,
      "Run it with the credentials of somebody who may read this (docs/runbook.md, What the commands may do).",
    );
  }
}

/** Names that one line shows. */
const shownNames = 12;

async function checkRights({ aws: { region }, alerts }: NonNullable<AccountPorts["config"]>) {
  const needed = alerts.chat === undefined ? deployActions : [...deployActions, ...chatActions];
  const { arn } = await readIdentity(region);
  const denied = await deniedActions(region, arn, needed);
  if (denied === undefined) return notChecked(`IAM does not simulate ${arn}. Use a role or a user`);
  if (denied.length === 0) return pass(`${arn} may do all ${needed.length} actions that create the plan`);
  const more = denied.length > shownNames ? ` and ${denied.length - shownNames} more` : "";
  return fail(
    `${arn} may not do ${denied.slice(0, shownNames).join(", ")}${more} on every resource`,
    "Give these rights to the role that deploys. If it has them for the stage's own resources alone, an update will tell.",
  );
}

/** Roles of AWS's own for services of the plan, and the service that each is created for. */
const serviceRoles: Readonly<Record<string, string>> = {
  AWSServiceRoleForECS: "ecs.amazonaws.com",
  AWSServiceRoleForElasticLoadBalancing: "elasticloadbalancing.amazonaws.com",
  AWSServiceRoleForRDS: "rds.amazonaws.com",
  AWSServiceRoleForApplicationAutoScaling_ECSService: "ecs.application-autoscaling.amazonaws.com",
};

async function checkServiceRoles({ aws: { region } }: NonNullable<AccountPorts["config"]>, isDeployed: boolean) {
  const missing = await missingRoles(region, Object.keys(serviceRoles));
  if (missing.length === 0) return pass(Object.keys(serviceRoles).join(", "));
  const create = missing.map((name) => `aws iam create-service-linked-role --aws-service-name ${serviceRoles[name]}`);
  return isDeployed
    ? fail(`the account lacks ${missing.join(", ")}`, `Run ${create.join(" && ")}.`)
    : notChecked(
        `AWS creates ${missing.join(", ")} when the service is first used, which may be too late for that first use`,
        `To create them now: ${create.join(" && ")}.`,
      );
}

interface Quota {
  readonly what: string;
  readonly service: string;
  readonly code: string;
  /** What this stage needs of it by itself. */
  readonly needed: (config: NonNullable<AccountPorts["config"]>) => number;
  readonly whatFor: string;
}

/** Quotas that a new account has less of than a stage may need. @see AWS General Reference, "Service quotas" */
const quotas: readonly Quota[] = [
  {
    what: "addresses",
    service: "ec2",
    code: "L-0263D0A3",
    needed: ({ network, aws }) => (network.natGateways === "one" ? 1 : aws.availabilityZones.length),
    whatFor: "one for each NAT gateway",
  },
  {
    what: "VPC endpoints",
    service: "vpc",
    code: "L-29B6F2EB",
    needed: ({ network }) => network.interfaceEndpoints.length,
    whatFor: "network.interfaceEndpoints",
  },
  {
    what: "Fargate vCPU",
    service: "fargate",
    code: "L-3032A538",
    needed: ({ api }) => (2 * api.maxTasks * api.cpuUnits) / 1024,
    whatFor: "both colours with api.maxTasks",
  },
];

async function checkQuota(config: NonNullable<AccountPorts["config"]>, { service, code, needed, whatFor }: Quota) {
  const { region } = config.aws;
  const value = await readQuota(region, service, code);
  const need = needed(config);
  const found = `this stage needs ${need} (${whatFor}), and the account may have ${value ?? "an unknown number"}`;
  if (value === undefined) return notChecked(found);
  return value >= need
    ? pass(`${found}, with all that is in it`)
    : fail(
        found,
        `Ask for more: aws service-quotas request-service-quota-increase --region ${region} --service-code ${service} --quota-code ${code} --desired-value ${need}.`,
      );
}

async function checkMail({ aws: { region } }: NonNullable<AccountPorts["config"]>, stage: Stage) {
  if (await sendsToEverybody(region)) return pass("the account has production access");
  const found = "the account is in SES's sandbox, so mail goes to verified addresses only";
  return stage === "staging"
    ? pass(`${found}; that is enough for staging`)
    : fail(found, `Request production access in the SES console of ${region}. AWS answers within a day.`);
}
