import { describe, expect, it } from "vitest";
import { apiEnvironment, serverEnvironment } from "../../../components/api/api-environment.ts";
import { serviceArgs } from "./service-args.ts";

describe("apiEnvironment", () => {
  it("says what the guide demands in the form pydantic-settings reads, and no password", () => {
    expect(
      apiEnvironment({
        environment: "staging",
        debug: true,
        allowedOrigins: ["https://staging.celebrant-portal.com", "https://preview.celebrant-portal.com"],
        databaseHost: "database.internal",
        databasePort: 5432,
        databaseName: "celebrant_portal_staging",
        databaseUser: "staging_user",
        bucketName: "uploads",
        mailDomain: "staging.celebrant-portal.com",
        configurationSetName: "portal-staging",
        region: "ap-southeast-2",
      }),
    ).toEqual({
      ENVIRONMENT: "staging",
      DEBUG: "true",
      ALLOWED_ORIGINS: '["https://staging.celebrant-portal.com","https://preview.celebrant-portal.com"]',
      AWS_REGION: "ap-southeast-2",
      DATABASE_HOST: "database.internal",
      DATABASE_IAM_AUTH: "true",
      DATABASE_NAME: "celebrant_portal_staging",
      DATABASE_PORT: "5432",
      DATABASE_SSLMODE: "verify-full",
      DATABASE_USER: "staging_user",
      MAIL_CONFIGURATION_SET: "portal-staging",
      MAIL_DOMAIN: "staging.celebrant-portal.com",
      UPLOADS_BUCKET: "uploads",
    });
  });
});

describe("serverEnvironment", () => {
  it("tells uvicorn the platform's times and addresses", () => {
    expect(serverEnvironment(serviceArgs)).toEqual({
      FORWARDED_ALLOW_IPS: "10.20.0.0/16,173.245.48.0/20",
      PORT: "8000",
      UVICORN_HOST: "0.0.0.0",
      UVICORN_PORT: "8000",
      UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN: "50",
      UVICORN_TIMEOUT_KEEP_ALIVE: "310",
      WEB_CONCURRENCY: "1",
    });
  });

  it.each([
    [256, "1"],
    [1024, "1"],
    [2048, "2"],
    [4096, "4"],
  ])("gives %i CPU units %s workers", (cpuUnits, workers) => {
    expect(serverEnvironment({ ...serviceArgs, cpuUnits })["WEB_CONCURRENCY"]).toBe(workers);
  });

  it("refuses a stop timeout that leaves requests no time", () => {
    expect(() => serverEnvironment({ ...serviceArgs, stopTimeoutSeconds: 10 })).toThrow(
      "stopTimeoutSeconds is 10, and the last 10 s of it are for closing down. Give requests in flight time to end: 30 s or more.",
    );
  });
});
