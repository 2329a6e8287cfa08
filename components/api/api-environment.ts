import type * as pulumi from "@pulumi/pulumi";

/** Environment variables by name. */
export type Environment = Readonly<Record<string, pulumi.Input<string>>>;

/** Settings of the portal's API, the same for both colours and for every one-off task. */
export interface ApiEnvironmentSettings {
  /** Guide S4, P2: ENVIRONMENT. */
  readonly environment: "staging" | "production";
  /** Guide S4, P2: DEBUG. */
  readonly debug: boolean;
  /** Guide S4, P2: ALLOWED_ORIGINS. */
  readonly allowedOrigins: readonly string[];
  readonly databaseHost: pulumi.Input<string>;
  readonly databasePort: number;
  readonly databaseName: string;
  /** PostgreSQL role of the API itself. A one-off task replaces it by its own. */
  readonly databaseUser: string;
  readonly bucketName: pulumi.Input<string>;
  /** Domain that mail is sent from. */
  readonly mailDomain: string;
  readonly configurationSetName: pulumi.Input<string>;
  readonly region: string;
}

/**
 * Environment variables of the API. Lists are JSON and switches are `true` or `false`, as pydantic-settings reads them.
 *
 * There is no database password. `DATABASE_IAM_AUTH` tells the API to use a token of the task's role instead.
 * `verify-full` makes the server prove its name, without which somebody could catch the token.
 */
export function apiEnvironment(settings: ApiEnvironmentSettings) {
  return {
    ALLOWED_ORIGINS: JSON.stringify(settings.allowedOrigins),
    AWS_REGION: settings.region,
    DATABASE_HOST: settings.databaseHost,
    DATABASE_IAM_AUTH: "true",
    DATABASE_NAME: settings.databaseName,
    DATABASE_PORT: String(settings.databasePort),
    DATABASE_SSLMODE: "verify-full",
    DATABASE_USER: settings.databaseUser,
    DEBUG: String(settings.debug),
    ENVIRONMENT: settings.environment,
    MAIL_CONFIGURATION_SET: settings.configurationSetName,
    MAIL_DOMAIN: settings.mailDomain,
    UPLOADS_BUCKET: settings.bucketName,
  } satisfies Environment;
}

/** Name of an environment variable that {@link apiEnvironment} sets. */
export type ApiVariable = keyof ReturnType<typeof apiEnvironment>;

/** Settings of uvicorn, the server in front of the API. */
export interface ServerSettings {
  readonly containerPort: number;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly stopTimeoutSeconds: number;
  /** Seconds that the load balancer keeps an idle connection. */
  readonly idleTimeoutSeconds: number;
  /** CPU units of the task, 1024 to the vCPU. */
  readonly cpuUnits: number;
  /** Networks of the proxies in front. Uvicorn trusts their `X-Forwarded-For`. */
  readonly trustedProxyCidrs: readonly string[];
}

/** Seconds between the end of the last request and SIGKILL, for closing pools and leaving. */
const exitSeconds = 10;

/** Seconds that the server keeps an idle connection longer than the load balancer does. */
const keepAliveMarginSeconds = 10;

/**
 * Environment variables that uvicorn's command line reads (uvicorn documentation, "Settings": every option as
 * `UVICORN_…`).
 *
 * - Requests in flight end within `stopTimeoutSeconds` less 10 s, so that the process leaves by itself.
 * - Idle connections outlive the load balancer's. With uvicorn's default of 5 s it closes connections that the load
 *   balancer is about to use, and clients see a 502 (ELB user guide, "Troubleshoot your Application Load Balancers",
 *   HTTP 502).
 * - Only the proxies in front are believed about the client's address. With `*` the client itself would be believed.
 * - One worker for each whole vCPU.
 *
 * @throws {RangeError} when `stopTimeoutSeconds` leaves no time for requests
 */
export function serverEnvironment(settings: ServerSettings): Readonly<Record<string, string>> {
  const { stopTimeoutSeconds } = settings;
  if (stopTimeoutSeconds <= exitSeconds) {
    throw new RangeError(
      `stopTimeoutSeconds is ${stopTimeoutSeconds}, and the last ${exitSeconds} s of it are for closing down. Give requests in flight time to end: 30 s or more.`,
    );
  }
  const port = String(settings.containerPort);
  return {
    FORWARDED_ALLOW_IPS: settings.trustedProxyCidrs.join(","),
    PORT: port,
    UVICORN_HOST: "0.0.0.0",
    UVICORN_PORT: port,
    UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN: String(stopTimeoutSeconds - exitSeconds),
    UVICORN_TIMEOUT_KEEP_ALIVE: String(settings.idleTimeoutSeconds + keepAliveMarginSeconds),
    WEB_CONCURRENCY: String(Math.max(1, Math.floor(settings.cpuUnits / 1024))),
  };
}
