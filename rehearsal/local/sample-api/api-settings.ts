import { type SampleRelease, sampleReleases } from "./releases.ts";

/** How the database is reached. */
export interface DatabaseLogin {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

/** What can be wrong with a release on purpose. */
export interface Faults {
  /** Share of requests, from 0 to 1, answered 500 without touching the database. */
  readonly errorRate?: number;
  /** Milliseconds that each request waits first. */
  readonly latencyMilliseconds?: number;
  /** Whether /health answers 503. */
  readonly failingHealth?: boolean;
}

/** What a running process of the sample API is asked; it answers with the same kind and its request count. */
export type ApiRequest = { readonly kind: "count" } | { readonly kind: "faults"; readonly faults: Faults };

/** Everything that a process of the sample API is told. */
export interface ApiSettings {
  readonly colour: string;
  readonly release: SampleRelease;
  readonly database: DatabaseLogin;
  /** Seconds from SIGTERM until it gives up on what is in flight. */
  readonly stopTimeoutSeconds: number;
  readonly faults: Faults;
}

/** The settings as environment variables. */
export function toEnvironment({ colour, release, database, stopTimeoutSeconds, faults }: ApiSettings) {
  return {
    SAMPLE_COLOUR: colour,
    SAMPLE_RELEASE: release,
    SAMPLE_STOP_TIMEOUT_SECONDS: String(stopTimeoutSeconds),
    PGHOST: database.host,
    PGPORT: String(database.port),
    PGDATABASE: database.database,
    PGUSER: database.user,
    PGPASSWORD: database.password,
    FAULT_ERROR_RATE: String(faults.errorRate ?? 0),
    FAULT_LATENCY_MILLISECONDS: String(faults.latencyMilliseconds ?? 0),
    FAULT_FAILING_HEALTH: String(faults.failingHealth ?? false),
  };
}

/** Reads them back. */
export function fromEnvironment(environment: NodeJS.ProcessEnv): ApiSettings {
  const value = (name: string): string => {
    const found = environment[name];
    if (found === undefined) throw new Error(`${name} is not set.`);
    return found;
  };
  const release = sampleReleases.find((candidate) => candidate === value("SAMPLE_RELEASE"));
  if (release === undefined) throw new Error(`SAMPLE_RELEASE is ${value("SAMPLE_RELEASE")}, which is no release.`);
  return {
    colour: value("SAMPLE_COLOUR"),
    release,
    stopTimeoutSeconds: Number(value("SAMPLE_STOP_TIMEOUT_SECONDS")),
    database: {
      host: value("PGHOST"),
      port: Number(value("PGPORT")),
      database: value("PGDATABASE"),
      user: value("PGUSER"),
      password: value("PGPASSWORD"),
    },
    faults: {
      errorRate: Number(value("FAULT_ERROR_RATE")),
      latencyMilliseconds: Number(value("FAULT_LATENCY_MILLISECONDS")),
      failingHealth: value("FAULT_FAILING_HEALTH") === "true",
    },
  };
}
