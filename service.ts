/**
 * What this service is called, and what its image can run: every name of it that stands in code. For another service change
 * these, and follow docs/adopt.md. Hosts, sizes and limits are in the stack files.
 */
export const service = {
  /** The Pulumi project, as in Pulumi.yaml. Keys of the stack files, tags and parameters in AWS begin with it. */
  project: "celebrant-portal",
  /** As people read it. */
  title: "Melbourne Celebrant Portal",
  /**
   * Begins the names of a stage's resources: `portal-production`. At most 6 lower-case letters and digits: a target group's
   * name ends at 32 characters, and with this one `portal-production-green-1a2b3c4` has 31.
   */
  resourcePrefix: "portal",
  /** Begins the namespace of the stage's own metrics in CloudWatch: `CelebrantPortal/production`. */
  metricNamespace: "CelebrantPortal",
  /** Begins the PostgreSQL roles that a stage makes besides the API's own: `celebrant_migrator`. */
  databaseRolePrefix: "celebrant",
  /** What runs once from the API's image, as Docker's exec form. */
  oneOffCommands: {
    /** Guide S2, P4. `check-migration` renders the SQL of Alembic's migrations. */
    migrate: ["alembic", "upgrade", "head"],
    /** Guide P4, C4. Connects as the role that only reads. */
    integrity: ["python", "scripts/verify_data_integrity.py"],
    /** Guide S3. In staging only. */
    seed: ["python", "scripts/seed_staging_data.py"],
  },
} as const;
