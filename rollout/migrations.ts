import { formatInstant } from "./instant.ts";
import type { RolloutRecord } from "./record.ts";
import type { Refusal } from "./refusal.ts";
import { canReturn, rollbackWindowEnd } from "./rollback-window.ts";
import type { Schedule } from "./schedule.ts";

/**
 * The two halves of a schema change: `expand` adds what the new version needs and the old one ignores, `contract` takes
 * away what only the old one used.
 */
export const migrationKinds = ["expand", "contract"] as const;

export type MigrationKind = (typeof migrationKinds)[number];

/**
 * Whether a migration may run now: `expand` any time before traffic, `contract` only after promote and once no old
 * version can be returned to.
 *
 * @returns undefined where it may
 */
export function refuseMigration(
  kind: MigrationKind,
  record: RolloutRecord,
  schedule: Pick<Schedule, "rollbackWindowSeconds">,
  now: Date,
): Refusal | undefined {
  const refuse = (message: string): Refusal => ({ rule: "migrations", message, overridable: false });
  if (record.weightPercent > 0) {
    const todo =
      kind === "expand" ? "Run it at weight 0, before traffic." : "Run it after promote and its rollback window.";
    return refuse(
      `A migration of kind ${kind} was asked for while ${record.weightPercent} % of the traffic is on the candidate. ${todo}`,
    );
  }
  if (kind === "expand") return undefined;
  if (record.promotedAt === null) {
    return refuse(
      "A migration of kind contract was asked for but nothing was promoted. Promote the new version first.",
    );
  }
  if (!canReturn(record, schedule.rollbackWindowSeconds, now)) return undefined;
  const end = rollbackWindowEnd(record, schedule.rollbackWindowSeconds) ?? now;
  return refuse(
    `A migration of kind contract was asked for but the old version can be returned to until ${formatInstant(end, now)} and would break. Wait until then, or retire the old colour first.`,
  );
}
