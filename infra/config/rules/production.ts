import { parseDurationSeconds } from "../../../rollout/time.ts";
import { type KeyPath, valueAt } from "../config-keys.ts";
import type { Breach, ConfigRule, ReadableConfig } from "./readable-config.ts";

interface Demand extends Breach {
  /** Whether the demand is broken; false where the value could not be read. */
  readonly isBroken: (config: ReadableConfig) => boolean;
}

/** Days of point-in-time restore that production keeps at least: a fault found after two weeks of holiday can be undone. */
const leastBackupDays = 14;

/** Per cent of the visitors that meet a release first, at most: those of a first step that fails are a known, small number. */
const largestFirstStepPercent = 25;

/** How long the old version stays warm after a promote at least: a fault is found on the day after, by people. */
const leastRollbackWindow = "12h";

/** What production promises and staging does not. The control ids are AWS Foundational Security Best Practices'. */
const demands: readonly Demand[] = [
  {
    path: ["database", "multiAz"],
    rule: "production must run a standby in another zone (AWS FSBP RDS.5)",
    fix: { set: true },
    isBroken: ({ database }) => database?.multiAz === false,
  },
  {
    path: ["database", "deletionProtection"],
    rule: "production must protect its database against deletion (AWS FSBP RDS.8)",
    fix: { set: true },
    isBroken: ({ database }) => database?.deletionProtection === false,
  },
  {
    path: ["database", "backupRetentionDays"],
    rule: `production must keep backups for at least ${leastBackupDays} days (AWS FSBP RDS.11, guide B2)`,
    fix: { set: leastBackupDays },
    isBroken: ({ database }) => (database?.backupRetentionDays ?? leastBackupDays) < leastBackupDays,
  },
  {
    path: ["database", "vaultRetentionDays"],
    rule: "production must copy its backups into a locked vault (AWS FSBP RDS.26)",
    fix: { set: 90 },
    isBroken: ({ database }) => database !== undefined && database.vaultRetentionDays === undefined,
  },
  {
    path: ["api", "debug"],
    rule: "production must not run in debug mode, which shows internals in error pages (guide P2)",
    fix: { set: false },
    isBroken: ({ api }) => api?.debug === true,
  },
  {
    path: ["rollout", "changeLiveInPlace"],
    rule: "production must not change live's settings in place: they go out with a release, by the steps",
    fix: { set: false },
    isBroken: ({ rollout }) => rollout?.changeLiveInPlace === true,
  },
  {
    path: ["rollout", "steps", 0, "weight"],
    rule: `production must begin with a step of at most ${largestFirstStepPercent} %, so that a bad release meets few people first (guide R1)`,
    fix: { set: 5 },
    isBroken: ({ rollout }) => (rollout?.steps?.[0]?.weight ?? 0) > largestFirstStepPercent,
  },
  {
    path: ["rollout", "rollbackWindow"],
    rule: `production must keep the old version warm for at least ${leastRollbackWindow} after a promote, so that a return takes seconds (guide R3)`,
    fix: { set: "48h" },
    isBroken: ({ rollout }) =>
      rollout?.rollbackWindow !== undefined &&
      parseDurationSeconds(rollout.rollbackWindow) < parseDurationSeconds(leastRollbackWindow),
  },
  {
    path: ["api", "minTasks"],
    rule: "production must run at least 2 tasks of a colour, so that losing one causes no outage (guide C1)",
    fix: { set: 2 },
    isBroken: ({ api }) => (api?.minTasks ?? 2) < 2,
  },
  {
    path: ["network", "natGateways"],
    rule: "production must have a NAT gateway in each zone, so that losing one zone does not cut off the others (guide C1)",
    fix: { set: "one-per-zone" },
    isBroken: ({ network }) => network?.natGateways === "one",
  },
  {
    path: ["storage", "destroyable"],
    rule: "production must not delete its uploads with the stack (guide C4)",
    fix: { set: false },
    isBroken: ({ storage }) => storage?.destroyable === true,
  },
];

/** Refuses in production what only staging may do. */
const production: ConfigRule = (config, stage) =>
  stage === "production" ? demands.filter(({ isBroken }) => isBroken(config)) : [];

/** Names that reach outside of the stack: what one of them names is shared with staging if it is copied from there. */
const names: readonly KeyPath[] = [
  ["hosts", "api"],
  ["hosts", "candidateApi"],
  ["hosts", "frontend"],
  ["dns", "zone"],
  ["database", "name"],
  ["database", "user"],
  ["database", "restoreFrom", "snapshotIdentifier"],
  ["database", "restoreFrom", "sourceInstanceIdentifier"],
  ["mail", "domain"],
  ["frontend", "projectName"],
  ["frontend", "productionBranch"],
  ["frontend", "rootDirectory"],
  ["frontend", "buildCommand"],
];

/** The word with what joins it to the rest of a name: `api.staging.x`, `staging-api`, `portal_staging`, `build:staging`. */
const stagingWord = /(?:^|(?<=[^a-z\d]))staging[.:_-]|[.:_-]staging(?![a-z\d])|^staging$/i;

/** Refuses in production a name that was copied from staging: two stacks would fight for it, or staging's data go live. */
const stagingNames: ConfigRule = (config, stage) => {
  if (stage !== "production") return [];
  const origins = (config.api?.allowedOrigins ?? []).map((_origin, index) => ["api", "allowedOrigins", index]);
  return [...names, ...origins].flatMap((path): readonly Breach[] => {
    const value = valueAt(config, path);
    if (typeof value !== "string" || !isStagings(value)) return [];
    const rule = path.includes("restoreFrom")
      ? "production must not be restored from staging (guide C4)"
      : "production must not use a name of staging (guide P1 to P3)";
    return [{ path, rule, fix: fixOf(path, value) }];
  });
};

/** What only one stack can have: a host's record, a sender's identity, a project at Vercel. */
const onlyOnes: readonly KeyPath[] = [
  ["hosts", "api"],
  ["hosts", "candidateApi"],
  ["hosts", "frontend"],
  ["mail", "domain"],
  ["frontend", "projectName"],
];

/**
 * Refuses in production what the stack file of staging has too, whatever its name says: two stacks would fight for it.
 *
 * @param staging the project's own values of staging, decoded
 */
export function sharedWithStaging(config: ReadableConfig, staging: unknown): readonly Breach[] {
  const stagingHosts = ["api", "candidateApi", "frontend"].map((key) => valueAt(staging, ["hosts", key]));
  return onlyOnes.flatMap((path): readonly Breach[] => {
    const value = valueAt(config, path);
    const taken = path[0] === "hosts" ? stagingHosts : [valueAt(staging, path)];
    if (typeof value !== "string" || isStagings(value) || !taken.includes(value)) return [];
    const rule = "production must not use a name of staging: the stack file of staging has it too";
    return [{ path, rule, fix: { choose: "value" } }];
  });
}

function isStagings(name: string): boolean {
  return stagingWord.test(name.replace("://", " "));
}

/** The name without the word, where what is left is a good guess. */
function fixOf(path: KeyPath, name: string): Breach["fix"] {
  const without = name.replace(/(?<=:\/\/)staging[.-]/i, "").replace(stagingWord, "");
  const isGuess = path[0] !== "database" && without !== "" && !isStagings(without);
  return isGuess ? { set: without } : { choose: "value" };
}

/** What production promises and staging does not. */
export const productionRules: readonly ConfigRule[] = [production, stagingNames];
