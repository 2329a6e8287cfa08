/**
 * When the database is worked on, UTC. Melbourne is 10 hours ahead, 11 in summer: all of it lies between 1 and 7 in the
 * morning there. The windows may not overlap ("Managing automated backups", RDS user guide), and AWS Backup starts
 * nothing during a maintenance window or in the hour before it ("Backup plan options and configuration", AWS Backup
 * developer guide).
 */
export const schedule = {
  /** Daily automatic backup: 1:00 in Melbourne. */
  backupWindowUtc: "15:00-15:45",
  /** Weekly maintenance: Sunday 3:00 in Melbourne, after the portal's busiest day. */
  maintenanceWindowUtc: "sat:17:00-sat:18:00",
  /** Daily copy into the vault: 5:00 in Melbourne. */
  vaultCronUtc: "cron(0 19 * * ? *)",
} as const;
