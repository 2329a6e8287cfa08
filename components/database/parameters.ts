import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup.js";
import type { DatabaseScope } from "./scope.ts";

/** What decides the parameters. */
export interface ParameterSettings {
  /** PostgreSQL version such as `17` or `17.6`. */
  readonly engineVersion: string;
  /** Statements slower than this are logged, milliseconds. */
  readonly slowQueryMilliseconds: number;
  readonly maxConnections: number;
}

/** One parameter as RDS takes it. Static ones wait for the next restart. */
export interface DatabaseParameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod: "immediate" | "pending-reboot";
}

/** Creates the parameter group. A new major version replaces it: the family belongs to one. */
export function createParameterGroup(
  { name, tags, parent }: DatabaseScope,
  settings: ParameterSettings,
): ParameterGroup {
  const logicalName = `${name}-parameters`;
  return new ParameterGroup(
    logicalName,
    {
      family: `postgres${majorVersion(settings.engineVersion)}`,
      description: `Parameters of ${name}`,
      parameters: databaseParameters(settings),
      tags: { ...tags, Name: logicalName },
    },
    { parent },
  );
}

/** The parameters that differ from RDS's defaults, or that must not depend on them. */
export function databaseParameters(settings: ParameterSettings): DatabaseParameter[] {
  return [
    atOnce("rds.force_ssl", "1"),
    atOnce("log_connections", loggedConnectionAspects(majorVersion(settings.engineVersion))),
    atOnce("log_disconnections", "1"),
    atOnce("log_lock_waits", "1"),
    atOnce("log_min_duration_statement", String(settings.slowQueryMilliseconds)),
    // Bound values are the couples' names and addresses: a slow statement is logged without them.
    atOnce("log_parameter_max_length", "0"),
    atOnce("log_statement", "ddl"),
    onRestart("max_connections", String(settings.maxConnections)),
    onRestart("shared_preload_libraries", "pg_stat_statements"),
  ];
}

function majorVersion(engineVersion: string): number {
  return Number.parseInt(engineVersion, 10);
}

/**
 * PostgreSQL 18 made `log_connections` a list of aspects; these three are what `on` meant before ("Error Reporting and
 * Logging", PostgreSQL 18 documentation).
 */
function loggedConnectionAspects(major: number): string {
  return major >= 18 ? "receipt,authentication,authorization" : "1";
}

function atOnce(name: string, value: string): DatabaseParameter {
  return { name, value, applyMethod: "immediate" };
}

function onRestart(name: string, value: string): DatabaseParameter {
  return { name, value, applyMethod: "pending-reboot" };
}
