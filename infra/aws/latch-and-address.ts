import {
  GetParameterCommand,
  GetParametersByPathCommand,
  type Parameter,
  ParameterNotFound,
  PutParameterCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import type { Colour } from "../../rollout/colour.ts";
import {
  type DataEvidence,
  dataEvidenceIn,
  dataParameterEnd,
  formatDataEvidence,
  parseDataEvidence,
} from "../../rollout/data-evidence.ts";
import {
  formatReleasedFrontend,
  parseReleasedFrontend,
  type ReleasedFrontend,
  releasedFrontendParameterEnd,
} from "../../rollout/frontend/released-frontend.ts";
import { formatLatch, type Latch, missingLatch, parseLatch } from "../../rollout/latch.ts";
import {
  formatNotedContracts,
  type NotedContract,
  notedContractsEnd,
  parseNotedContracts,
} from "../../rollout/noted-contracts.ts";
import { parseRollbackAddress, type RollbackAddress } from "../../rollout/rollback-address.ts";
import {
  formatVerification,
  type Verification,
  verificationParameterEnd,
  verificationsIn,
} from "../../rollout/verification.ts";
import { explained } from "./client.ts";

/** Reads the latch. A parameter that is not there counts as set: the last update had one. */
export async function readLatch(client: SSMClient, name: string): Promise<Latch> {
  const value = await readParameter(client, name, "the rollback latch could not be read");
  return value === undefined ? missingLatch(name) : parseLatch(value);
}

/** Writes the latch, and the parameter where it does not exist. */
export async function writeLatch(client: SSMClient, name: string, latch: Latch): Promise<void> {
  await writeParameter(client, name, () => formatLatch(latch), "the rollback latch could not be written");
}

/** Reads which frontend went out with which release. @returns undefined where none ever did */
export async function readReleasedFrontend(
  client: SSMClient,
  latchName: string,
): Promise<ReleasedFrontend | undefined> {
  const name = besideLatch(latchName, releasedFrontendParameterEnd);
  return parseReleasedFrontend(await readParameter(client, name, "the released frontend could not be read"));
}

/** Leaves beside the latch which frontend is out with a release, where the rollback's one call and the machine find it. */
export async function writeReleasedFrontend(
  client: SSMClient,
  latchName: string,
  released: ReleasedFrontend,
): Promise<void> {
  const name = besideLatch(latchName, releasedFrontendParameterEnd);
  const problem = "the released frontend could not be recorded";
  await writeParameter(client, name, () => formatReleasedFrontend(released), problem);
}

/** Leaves a verdict of `verify` beside the latch, where the program's one call for both finds it. */
export async function writeVerification(
  client: SSMClient,
  latchName: string,
  colour: Colour,
  verification: Verification,
): Promise<void> {
  const name = besideLatch(latchName, verificationParameterEnd(colour));
  await writeParameter(client, name, () => formatVerification(verification), "the verdict could not be recorded");
}

/** Reads what is known of the data before and after the migration of the image in a colour; undefined where nothing is. */
export async function readDataEvidence(
  client: SSMClient,
  latchName: string,
  colour: Colour,
): Promise<DataEvidence | undefined> {
  const name = besideLatch(latchName, dataParameterEnd(colour));
  return parseDataEvidence(await readParameter(client, name, "what is known of the data could not be read"));
}

/** Reads which `contract` migrations `task` has noted; undefined where there is something that this version cannot read. */
export async function readNotedContracts(
  client: SSMClient,
  latchName: string,
): Promise<readonly NotedContract[] | undefined> {
  const name = besideLatch(latchName, notedContractsEnd);
  return parseNotedContracts(await readParameter(client, name, "the noted contract migrations could not be read"));
}

/** Notes `contract` migrations beside the latch, where every preview and update reads them, and a rollback by its one call. */
export async function writeNotedContracts(
  client: SSMClient,
  latchName: string,
  migrations: readonly NotedContract[],
): Promise<void> {
  const name = besideLatch(latchName, notedContractsEnd);
  const problem = "the contract migration could not be noted";
  await writeParameter(client, name, () => formatNotedContracts(migrations), problem);
}

/** What `verify`, `integrity` and migrations have left about the releases in both colours, as the program reads it. */
export interface ReleaseFindings {
  readonly verifications: Readonly<Partial<Record<Colour, string>>>;
  readonly dataEvidence: Readonly<Partial<Record<Colour, string>>>;
}

/** Reads all of it by one call. */
export async function readReleaseFindings(client: SSMClient, latchName: string): Promise<ReleaseFindings> {
  const problem = "what verify and integrity have left could not be read";
  const value = await readParametersBelow(client, pathOf(latchName), problem);
  const valueAt = (end: string) => value(besideLatch(latchName, end));
  return { verifications: verificationsIn(valueAt), dataEvidence: dataEvidenceIn(valueAt) };
}

/** Leaves what is known of the data beside the latch. */
export async function writeDataEvidence(
  client: SSMClient,
  latchName: string,
  colour: Colour,
  evidence: DataEvidence,
): Promise<void> {
  const name = besideLatch(latchName, dataParameterEnd(colour));
  const problem = "what is known of the data could not be recorded";
  await writeParameter(client, name, () => formatDataEvidence(evidence), problem);
}

function besideLatch(latchName: string, end: string): string {
  return `${pathOf(latchName)}/${end}`;
}

function pathOf(name: string): string {
  return name.slice(0, name.lastIndexOf("/"));
}

/** The value of a parameter; undefined where there is none of this name. */
async function readParameter(client: SSMClient, name: string, problem: string): Promise<string | undefined> {
  return await explained(problem, async () => {
    try {
      const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
      return Parameter && (Parameter.Value ?? "");
    } catch (error) {
      if (error instanceof ParameterNotFound) return undefined;
      throw error;
    }
  });
}

/** Writes a parameter. A value that cannot be made is told as one that cannot be written. */
async function writeParameter(client: SSMClient, name: string, make: () => string, problem: string): Promise<void> {
  await explained(problem, async () =>
    client.send(new PutParameterCommand({ Name: name, Type: "String", Overwrite: true, Value: make() })),
  );
}

/** Where the rule is, and how the latch stands. */
export interface RollbackPlace {
  readonly address: RollbackAddress;
  readonly latch: Latch;
  /** The frontend that last went out with a release; undefined where none is known. */
  readonly released: ReleasedFrontend | undefined;
  /** The `contract` migrations that `task` has noted; undefined where they cannot be read. */
  readonly noted: readonly NotedContract[] | undefined;
}

/**
 * Finds everything that a rollback needs with one call and without Pulumi.
 *
 * @param names the parameters' common path and full names, as the program names them
 */
export async function findRollbackPlace(
  client: SSMClient,
  names: { readonly path: string; readonly address: string; readonly latch: string },
): Promise<RollbackPlace> {
  const value = await readParametersBelow(client, names.path, "the rollback's address could not be read");
  const address = value(names.address);
  if (address === undefined) {
    throw new Error(
      `AWS: there is no parameter ${names.address} in this account and region. Check which account you are logged in to. Where the stack was last updated by an older version of the program, set candidateWeight to 0 in the stack file and run npx pulumi up --stack <stage>.`,
    );
  }
  const latch = value(names.latch);
  return {
    address: parseRollbackAddress(address),
    latch: latch === undefined ? missingLatch(names.latch) : parseLatch(latch),
    released: parseReleasedFrontend(value(`${names.path}/${releasedFrontendParameterEnd}`)),
    noted: parseNotedContracts(value(`${names.path}/${notedContractsEnd}`)),
  };
}

/**
 * Reads the parameters of a path by one call, unless AWS ends its answer early, which it may do at any number of them.
 *
 * @returns the value by a parameter's full name
 */
async function readParametersBelow(
  client: SSMClient,
  path: string,
  problem: string,
): Promise<(name: string) => string | undefined> {
  const found: Parameter[] = [];
  let token: string | undefined;
  do {
    const page = await explained(problem, () =>
      client.send(new GetParametersByPathCommand({ Path: path, NextToken: token })),
    );
    found.push(...(page.Parameters ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return (name) => found.find(({ Name }) => Name === name)?.Value;
}
