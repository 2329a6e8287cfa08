import type { MotoServer } from "../../../rehearsal/moto/moto.ts";
import { prepareMotoEnvironment } from "../../../rehearsal/python/moto-environment.ts";
import {
  type Applied,
  type MotoAccount,
  type MotoAccountOptions,
  openMotoAccount,
} from "../../../rehearsal/validate/moto-account.ts";
import { openServiceModels, type ServiceModels } from "../../../rehearsal/validate/service-model.ts";
import { notInMoto } from "../../../rehearsal/validate/try-calls.ts";
import { requireOngoingCase } from "../ongoing-case.ts";
import { type AwsClients, connectClients } from "./aws-clients.ts";

/** An account in moto that is like a plan, in the services that a rollout uses, for tests to ask. */
export interface PlannedAccount extends MotoAccount {
  /** SDK clients of the account. */
  readonly clients: AwsClients;
}

/** What tests of a rollout ask, and what that stands on. Database, buckets, permissions and DNS are left out. */
const services = new Set([
  "acm",
  "cloudwatch",
  "ec2",
  "ecr",
  "ecs",
  "elbv2",
  "events",
  "sns",
  "sqs",
  "ssm",
  "stepfunctions",
]);

/** What moto lacks is not there, and the rest is. */
const goesOn: MotoAccountOptions["hears"] = ({ call }, said) =>
  "refusal" in said && notInMoto[`${call.service} ${call.operation}`] !== undefined;

const environment = await prepareMotoEnvironment();
let models: ServiceModels | undefined;

/** Opens an account in a moto server: an empty one, or the one that a snapshot was taken of. */
export function createPlannedAccount(moto: Pick<MotoServer, "endpoint">, applied?: Applied): PlannedAccount {
  if ("missing" in environment) throw new Error(`moto is not there: ${environment.missing}.`);
  models ??= openServiceModels(environment.python);
  const account = openMotoAccount({ moto, models, services, beforeCalls: requireOngoingCase, hears: goesOn }, applied);
  return Object.defineProperties(
    { clients: connectClients(moto) } as PlannedAccount,
    Object.getOwnPropertyDescriptors(account),
  );
}
