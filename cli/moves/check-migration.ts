import type { RegistryLogin } from "../../infra/aws/registry.ts";
import type { Colour } from "../../rollout/colour.ts";
import { type MigrationFinding, verdictOf } from "../../rollout/migration-verdict.ts";
import { taskColour } from "../../rollout/one-off-tasks.ts";
import { type MigrationCheck, sqlFingerprint } from "../evidence/migration-check.ts";
import { type JudgedSql, judgeSql } from "../migrations/judge-sql.ts";
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

/** The image that brings a migration. */
export interface MigratingImage {
  readonly colour: Colour;
  readonly image: string;
  /** Of the stack. */
  readonly region: string;
  /** As a container engine pulls it; undefined where the stack's outputs do not name the registry. */
  readonly imageReference: string | undefined;
  /** Logs in to its registry. */
  readonly logIn: () => Promise<RegistryLogin>;
}

/**
 * Finds the image that a migration would run from. It asks Pulumi for the record.
 *
 * @param asked default: the candidate's colour where it has a release, else live's
 * @throws {RefusedError} where the colour has no image
 */
export async function migratingImage(world: RolloutWorld, asked: Colour | undefined): Promise<MigratingImage> {
  const { record, addresses } = await readLastUpdate(world);
  const colour = asked ?? taskColour(record);
  const image = record.images[colour];
  if (image === null) {
    throw new RefusedError(`The check of ${colour}'s migration`, [
      `${colour} has no image, so it brings no migration. Set images.${colour} to a digest and update first.`,
    ]);
  }
  const { imageRepositoryUrl } = addresses;
  return {
    colour,
    image,
    region: addresses.region,
    imageReference: imageRepositoryUrl === undefined ? undefined : `${imageRepositoryUrl}@${image}`,
    logIn: async () => {
      const { openRegistry } = await import("../../infra/aws/registry.ts");
      return await openRegistry(imageRepositoryUrl ?? "", addresses.region).logIn();
    },
  };
}

/** Major version of the server in the stage. */
export function postgresVersionOf({ stackFile }: RolloutWorld): number {
  return Number.parseInt(stackFile.readConfig().database.engineVersion, 10);
}

/** What was judged, and what is known of it. */
interface JudgedMigration extends Pick<MigrationCheck, "source" | "reason"> {
  readonly sql: string;
  readonly judged: JudgedSql;
  /** What a trial has shown; undefined where none was made now. */
  readonly tried?: readonly MigrationFinding[];
}

/** Writes down what was found of the migration that an image brings. What an earlier trial of the same SQL has shown stays true. */
export async function keepMigrationCheck(
  world: RolloutWorld,
  { colour, image }: Pick<MigratingImage, "colour" | "image">,
  { sql, source, judged, tried, reason }: JudgedMigration,
): Promise<MigrationCheckResult> {
  const sqlSha256 = sqlFingerprint(sql);
  const earlier = (await world.evidence.migrationChecks()).findLast(
    (one) => one.image === image && one.sqlSha256 === sqlSha256,
  );
  const shown = tried ?? earlier?.findings.filter(({ judge }) => judge === "trial") ?? [];
  const kept = tried === undefined ? earlier?.reason : reason;
  const findings = [...judged.findings, ...shown];
  const check: MigrationCheck = {
    version: 1,
    stage: world.stage,
    at: world.now().toISOString(),
    by: await world.repository.author(),
    colour,
    image,
    source,
    ...(kept === undefined ? {} : { reason: kept }),
    sqlSha256,
    ...judged,
    findings,
    verdict: verdictOf(findings),
  };
  return { check, checkPath: await world.evidence.writeMigrationCheck(check) };
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
  const migrating = await migratingImage(world, asked);
  const { stage } = world;
  const { sql, source } = await takeSql({ ...migrating, stage, files, from }, input);
  const judged = await judgeSql(sql, postgresVersionOf(world));
  return await keepMigrationCheck(world, migrating, { sql, source, judged });
}
