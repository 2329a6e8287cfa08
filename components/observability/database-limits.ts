/** What a database has, and what config allows of it. */
export interface DatabaseCapacity {
  /** GiB, as it is and not as it was asked for: the disk alarm (guide A5) is a share of it. */
  readonly allocatedStorageGib: number;
  /** `max_connections` that is in force. A changed one waits for a restart. */
  readonly maxConnections: number;
  /** Guide A5: per cent of the database's storage that may be used. */
  readonly diskPercent: number;
}

/** From where on the alarms on a database go off. */
export interface DatabaseLimits {
  /** Open connections, from this number on. */
  readonly connections: number;
  /** Per cent, above this for {@link sustainedMinutes}. */
  readonly cpuPercent: number;
  /** MiB, below this for {@link sustainedMinutes}. */
  readonly freeMemoryMib: number;
  /** Bytes, below this. */
  readonly freeStorageBytes: number;
}

/** Minutes for which CPU and memory must be beyond their limit. */
export const sustainedMinutes = 15;

/** Share of `max_connections` from which on the pools of two colours, at work together, may find no connection left. */
const connectionsPercent = 80;

const bytesPerGib = 1024 ** 3;

/** The limits of a database, for the alarms on it and for whoever shows a figure beside them. */
export function databaseLimits({ allocatedStorageGib, maxConnections, diskPercent }: DatabaseCapacity): DatabaseLimits {
  return {
    connections: Math.floor((maxConnections * connectionsPercent) / 100),
    cpuPercent: 90,
    // Below it the database is about to swap.
    freeMemoryMib: 100,
    freeStorageBytes: Math.round((allocatedStorageGib * bytesPerGib * (100 - diskPercent)) / 100),
  };
}
