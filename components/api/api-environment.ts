import type * as pulumi from "@pulumi/pulumi";

/** What the portal's API must be told, whichever colour or one-off task it runs in. */
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
  /** PostgreSQL role of the API itself; one-off tasks put their own in its place. */
  readonly databaseUser: string;
  readonly bucketName: pulumi.Input<string>;
  /** Domain that mail is sent from. */
  readonly mailDomain: string;
  readonly configurationSetName: pulumi.Input<string>;
  readonly region: string;
}

/**
 * Environment variables of the API. Lists are JSON and switches are `true` or `false`, as pydantic-settings reads them.
 * There is no database password: `DATABASE_IAM_AUTH` says that the token of the task's role stands in its place, and
 * `verify-full` that the server must prove its name, without which the token could be caught.
 */
export function apiEnvironment(settings: ApiEnvironmentSettings): Readonly<Record<string, pulumi.Input<string>>> {
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
  };
}
