import { databaseLimits } from "../../components/observability/database-limits.ts";
import type { SystemLimits } from "../../rollout/gate/system-figures.ts";
import type { StageConfig } from "../config/schema/stage-config.ts";
import { safeConnections } from "../database-in-force.ts";
import type { StageAddresses } from "../stack-outputs.ts";

/**
 * From where on the planned alarms on database and tasks go off (guide A4, A5). The alarms go by what the database runs with;
 * an update by a version that did not ask has left the config's values.
 */
export function systemLimitsOf(
  { alerts, database }: Pick<StageConfig, "alerts" | "database">,
  { databaseInForce }: Pick<StageAddresses, "databaseInForce">,
): SystemLimits {
  const { maxConnections, allocatedStorageGib } = database;
  const inForce = databaseInForce ?? {
    maxConnections: { inForce: maxConnections, asked: maxConnections },
    allocatedStorageGib,
  };
  const limits = databaseLimits({
    maxConnections: safeConnections(inForce),
    allocatedStorageGib: inForce.allocatedStorageGib,
    diskPercent: alerts.diskPercent,
  });
  return {
    databaseCpuPercent: limits.cpuPercent,
    connections: limits.connections,
    freeMemoryMib: limits.freeMemoryMib,
    freeStorageGib: limits.freeStorageBytes / 1024 ** 3,
    taskMemoryPercent: alerts.memoryPercent,
  };
}
