/** What uvicorn must know of the platform it serves on. */
export interface ServerSettings {
  readonly containerPort: number;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly stopTimeoutSeconds: number;
  /** Seconds that the load balancer keeps an idle connection. */
  readonly idleTimeoutSeconds: number;
  /** CPU units of the task, 1024 to the vCPU. */
  readonly cpuUnits: number;
  /** Networks of the proxies in front, whose `X-Forwarded-For` is believed. */
  readonly trustedProxyCidrs: readonly string[];
}

/** Seconds left after the last request for closing pools and leaving before SIGKILL. */
const exitSeconds = 10;

/** Seconds by which the server keeps an idle connection longer than the load balancer does. */
const keepAliveMarginSeconds = 10;

/**
 * Environment that uvicorn's command line reads (uvicorn documentation, "Settings": every option as `UVICORN_…`).
 *
 * - Requests in flight end within `stopTimeoutSeconds` less 10 s, so that the process leaves by itself.
 * - Idle connections outlive the load balancer's: uvicorn's default of 5 s makes it close a connection that the load
 *   balancer is about to use, which a client sees as a 502 (ELB user guide, "Troubleshoot your Application Load
 *   Balancers", HTTP 502).
 * - Only the proxies in front are believed about the client's address; `*` would believe the client itself.
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
