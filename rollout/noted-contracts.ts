import { z } from "zod";
import type { ContractMigration } from "./contract-migrations.ts";
import { readJson } from "./json.ts";

/** A `contract` migration as the command `task` notes it in AWS, before it starts it and when it has ended. */
export interface NotedContract extends ContractMigration {
  /** ISO 8601 instant of the command, by which its end finds its beginning. */
  readonly command: string;
}

const instant = z.iso.datetime();

/** A key that this version does not know is left out: a newer version may add some. */
const notedSchema = z.object({
  version: z.literal(1),
  migrations: z.array(
    z.object({ command: instant, at: instant, image: z.string(), isPending: z.literal(true).optional() }),
  ),
});

/** The last part of the parameter's name, beside the latch. */
export const notedContractsEnd = "contract-migrations";

/** Migrations that are noted, the newest ones: a standard SSM parameter holds 4096 characters. */
const mostNoted = 20;

/** The value of the parameter, as JSON. */
export function formatNotedContracts(migrations: readonly NotedContract[]): string {
  return JSON.stringify({ version: 1, migrations: migrations.slice(-mostNoted) });
}

/** Reads the parameter. @returns undefined for what this version cannot read; none where there is no parameter */
export function parseNotedContracts(value: string | undefined): readonly NotedContract[] | undefined {
  if (value === undefined) return [];
  return notedSchema.safeParse(readJson(value)).data?.migrations;
}

/** What is noted when a migration is about to start. @param begun with the moment of now */
export function withContractBegun(
  noted: readonly NotedContract[],
  begun: Pick<NotedContract, "command" | "at" | "image">,
): readonly NotedContract[] {
  return [...others(noted, begun), { ...begun, isPending: true }];
}

/**
 * What is noted once a migration has ended, well or not.
 *
 * @param ended with when its task started, ISO 8601, where AWS tells; null for one that never started, which has done nothing
 */
export function withContractEnded(
  noted: readonly NotedContract[],
  ended: Pick<NotedContract, "command" | "image"> & { readonly at: string | null },
): readonly NotedContract[] {
  const { at, command, image } = ended;
  return at === null ? others(noted, ended) : [...others(noted, ended), { command, at, image }];
}

function others(
  noted: readonly NotedContract[],
  { command, image }: Pick<NotedContract, "command" | "image">,
): readonly NotedContract[] {
  return noted.filter((one) => one.command !== command || one.image !== image);
}
