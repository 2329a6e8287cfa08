import type { Colour } from "../../rollout/colour.ts";
import { verdictOf } from "../../rollout/migration-verdict.ts";
import { taskColour } from "../../rollout/one-off-tasks.ts";
import { type MigrationCheck, sqlFingerprint } from "../evidence/migration-check.ts";
import { judgeSql } from "../migrations/judge-sql.ts";
import { takeSql, type WantedSql } from "../migrations/sql-source.ts";
import { RefusedError } from "../outcome.ts";
import { readLastUpdate } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";

/** What is asked for. */
interface AskedCheck extends Pick<WantedSql, "files" | "from"> {
  /** Default: the colour that a migration would run from. */
  readonly colour: Colour | undefined;
  /** What `--sql -` reads. */
  readonly input: NodeJS.ReadableStream;
}

/** A check, and where it was written. */
export interface MigrationCheckResult {
  readonly check: MigrationCheck;
  readonly checkPath: string;
}

/**
 * Judges the migration that a colour's image brings, and writes down what was found. It asks Pulumi for the record, and
 * changes nothing anywhere else.
 *
 * @throws {RefusedError} where the colour has no image
 * @throws {Error} where the SQL cannot be had
 */
export async function checkMigration(
  world: RolloutWorld,
  { colour: asked, files, from, input }: AskedCheck,
): Promise<MigrationCheckResult> {
  const { record, addresses } = await readLastUpdate(world);
  const colour = asked ?? taskColour(record);
  const image = record.images[colour];
  if (image === null) {
    throw new RefusedError(`The check of ${colour}'s migration`, [
      `${colour} has no image, so it brings no migration. Set images.${colour} to a digest and update first.`,
    ]);
  }
  const { imageRepositoryUrl } = addresses;
  const imageReference = imageRepositoryUrl === undefined ? undefined : `${imageRepositoryUrl}@${image}`;
  const logIn = async () => {
    const { openRegistry } = await import("../../infra/aws/registry.ts");
    return await openRegistry(imageRepositoryUrl ?? "", addresses.region).logIn();
  };
  const { sql, source } = await takeSql({ files, from, imageReference, logIn }, input);
  const { engineVersion } = world.stackFile.readConfig().database;
  const judged = await judgeSql(sql, Number.parseInt(engineVersion, 10));
  const sqlSha256 = sqlFingerprint(sql);
  // What a trial of the same SQL has shown stays true.
  const earlier = (await world.evidence.migrationChecks()).findLast(
    (one) => one.image === image && one.sqlSha256 === sqlSha256,
  );
  const tried = earlier?.findings.filter(({ judge }) => judge === "trial") ?? [];
  const findings = [...judged.findings, ...tried];
  const check: MigrationCheck = {
    version: 1,
    stage: world.stage,
    at: world.now().toISOString(),
    by: await world.repository.author(),
    colour,
    image,
    source,
    sqlSha256,
    ...judged,
    findings,
    verdict: verdictOf(findings),
  };
  return { check, checkPath: await world.evidence.writeMigrationCheck(check) };
}
