import { describe, expect, it } from "vitest";
import { apiEnvironment } from "../../../components/api/api-environment.ts";

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
