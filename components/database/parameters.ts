import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup.js";
import { child, type Scope } from "../scope.ts";
import type { DatabaseArgs } from "./database-args.ts";

/** The arguments that decide the parameters. */
type ParameterSettings = Pick<DatabaseArgs, "engineVersion" | "slowQueryMilliseconds" | "maxConnections">;

/** Creates the parameter group. A new major version replaces it, because a family belongs to one major version. */
export function createParameterGroup(scope: Scope, args: ParameterSettings): ParameterGroup {
  const { logicalName, tags, opts } = child(scope, "parameters");
  return new ParameterGroup(
    logicalName,
    {
      family: `postgres${majorVersion(args.engineVersion)}`,
      description: `Parameters of ${scope.name}`,
      parameters: databaseParameters(args),
      tags,
    },
    opts,
  );
}

/** One parameter as RDS takes it. A static one waits for the next restart. */
export interface DatabaseParameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod: "immediate" | "pending-reboot";
}

/**
 * The parameters that differ from RDS's defaults, or that must not depend on them.
 *
 * `rds.force_ssl` waits for a restart, although the RDS user guide lists it as dynamic ("Working with parameters on your
 * RDS for PostgreSQL DB instance"). RDS has refused `immediate` for it, and takes `pending-reboot` for static and dynamic
 * parameters ("ModifyDBParameterGroup", RDS API reference). Its default is 1 since PostgreSQL 15, and the provider shows a
 * difference for ever if a default value has another method than AWS's own, `pending-reboot` (`aws.rds.ParameterGroup`,
 * "Example of Problematic Configuration"). A new instance starts with the group, so it forces TLS from the first connection.
 */
export function databaseParameters(args: ParameterSettings): DatabaseParameter[] {
  return [
    onRestart("rds.force_ssl", "1"),
    atOnce("log_connections", loggedConnectionAspects(majorVersion(args.engineVersion))),
    atOnce("log_disconnections", "1"),
    atOnce("log_lock_waits", "1"),
    atOnce("log_min_duration_statement", String(args.slowQueryMilliseconds)),
    // Bound values are the couples' names and addresses, so a slow statement is logged without them.
    atOnce("log_parameter_max_length", "0"),
    atOnce("log_statement", "ddl"),
    onRestart("max_connections", String(args.maxConnections)),
    onRestart("shared_preload_libraries", "pg_stat_statements"),
  ];
}

function majorVersion(engineVersion: string): number {
  return Number.parseInt(engineVersion, 10);
}

/**
 * PostgreSQL 18 made `log_connections` a list of aspects. These three are what `on` meant before ("Error Reporting and
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
