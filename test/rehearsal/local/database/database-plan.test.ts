import { describe, expect, it } from "vitest";
import {
  planDatabase,
  plannedInitialDatabase,
  plannedLogins,
} from "../../../../rehearsal/local/database/database-plan.ts";
import { plannedDatabase } from "../fixtures/planned-database.ts";
import { planned } from "../fixtures/planned-traffic.ts";

const only = (type: string, inputs: Record<string, unknown>) => planDatabase([planned(type, "it", inputs)])[0];
const grantType = "postgresql:index/grant:Grant";
const defaultsType = "postgresql:index/defaultPrivileges:DefaultPrivileges";

describe("planDatabase", () => {
  it("puts roles before the database, and the database before its grants", () => {
    const sources = planDatabase(plannedDatabase).map(({ source }) => source);
    expect(sources.slice(0, 4)).toEqual([
      "role-celebrant_migrator",
      "role-staging_user",
      "role-celebrant_readonly",
      "database",
    ]);
    expect(sources[4]).toBe("connect-public");
    expect(sources.at(-1)).toBe("functions-application");
  });

  it("creates a role with its groups and limits", () => {
    const role = only("postgresql:index/role:Role", {
      name: "prod_user",
      login: true,
      roles: ["rds_iam"],
      connectionLimit: 85,
      statementTimeout: 30_000,
      idleInTransactionSessionTimeout: 60_000,
    });
    expect(role).toEqual({
      source: "it",
      database: undefined,
      needs: [],
      sql: [
        'create role "prod_user" with login inherit nocreatedb nocreaterole connection limit 85',
        'grant "rds_iam" to "prod_user"',
        'alter role "prod_user" set statement_timeout to 30000',
        'alter role "prod_user" set idle_in_transaction_session_timeout to 60000',
      ],
    });
  });

  it("joins a group, with the right to pass it on where that is planned", () => {
    const inputs = { role: "one", grantRole: "group", withAdminOption: true };
    expect(only("postgresql:index/grantRole:GrantRole", inputs)?.sql).toEqual([
      'grant "group" to "one" with admin option',
    ]);
  });

  it("creates a database as its owner", () => {
    expect(
      only("postgresql:index/database:Database", { name: "portal", owner: "celebrant_admin", encoding: "UTF8" }),
    ).toEqual({
      source: "it",
      database: undefined,
      needs: [{ kind: "role", name: "celebrant_admin" }],
      sql: [
        `create database "portal" with owner "celebrant_admin" template "template0" encoding 'UTF8' connection limit -1`,
      ],
    });
  });

  it("gives an existing schema its owner", () => {
    expect(only("postgresql:index/schema:Schema", { name: "public", database: "portal", owner: "boss" })).toEqual({
      source: "it",
      database: "portal",
      needs: [{ kind: "role", name: "boss" }],
      sql: ['create schema if not exists "public"', 'alter schema "public" owner to "boss"'],
    });
  });

  it("creates an extension with what it needs", () => {
    const inputs = { name: "citext", database: "portal", createCascade: true };
    expect(only("postgresql:index/extension:Extension", inputs)?.sql).toEqual([
      'create extension if not exists "citext" cascade',
    ]);
  });

  it("revokes everything before it grants, and only revokes for no privileges", () => {
    const grant = (inputs: Record<string, unknown>) => only(grantType, { database: "portal", ...inputs })?.sql;
    expect(grant({ role: "public", objectType: "database", privileges: [] })).toEqual([
      'revoke all privileges on database "portal" from public',
    ]);
    expect(grant({ role: "one", objectType: "schema", schema: "public", privileges: ["USAGE", "CREATE"] })).toEqual([
      'revoke all privileges on schema "public" from "one"',
      'grant usage, create on schema "public" to "one"',
    ]);
    expect(grant({ role: "one", objectType: "table", schema: "public", privileges: ["SELECT"] })).toEqual([
      'revoke all privileges on all tables in schema "public" from "one"',
      'grant select on all tables in schema "public" to "one"',
    ]);
    expect(
      grant({ role: "one", objectType: "table", schema: "s", objects: ["a", 'b"c'], privileges: ["SELECT"] }),
    ).toContain('grant select on table "s"."a", "s"."b""c" to "one"');
  });

  it("joins no role for a database and the owners for what is in it, as the provider does", () => {
    const needs = (inputs: Record<string, unknown>) =>
      only(grantType, { database: "portal", role: "one", privileges: [], ...inputs })?.needs;
    expect(needs({ objectType: "database" })).toEqual([]);
    expect(needs({ objectType: "schema", schema: "public" })).toEqual([{ kind: "owner-of-schema", schema: "public" }]);
    expect(needs({ objectType: "table", schema: "public" })).toEqual([
      { kind: "owner-of-schema", schema: "public" },
      { kind: "owners-in-schema", schema: "public" },
    ]);
  });

  it("sets default privileges in a schema or everywhere", () => {
    const base = { database: "portal", owner: "migrator", privileges: [] };
    expect(only(defaultsType, { ...base, role: "public", objectType: "function" })?.sql).toEqual([
      'alter default privileges for role "migrator" revoke all on functions from public',
    ]);
    const inputs = { ...base, role: "one", objectType: "table", schema: "public", privileges: ["SELECT"] };
    expect(only(defaultsType, inputs)?.sql).toEqual([
      'alter default privileges for role "migrator" in schema "public" revoke all on tables from "one"',
      'alter default privileges for role "migrator" in schema "public" grant select on tables to "one"',
    ]);
  });

  it("refuses what it does not know, naming it", () => {
    expect(() => only("postgresql:index/publication:Publication", { name: "all" })).toThrow(
      'postgresql:index/publication:Publication "it" is planned, but the rehearsal cannot create this type. Add it to rehearsal/local/database.',
    );
    expect(() => only("postgresql:index/role:Role", { name: "one", password: "secret" })).toThrow(
      'postgresql:index/role:Role "it" is planned in a way that the rehearsal does not model: inputs: Unrecognized key: "password"',
    );
    expect(() => only("postgresql:index/role:Role", { name: "one", superuser: true })).toThrow("superuser");
    expect(() => only(grantType, { database: "portal", role: "one", objectType: "table", privileges: [] })).toThrow(
      'postgresql:index/grant:Grant "it": table needs a schema.',
    );
  });

  it("leaves everything else of a plan alone", () => {
    expect(planDatabase([planned("aws:rds/instance:Instance", "database", {})])).toEqual([]);
  });
});

describe("what a plan says of logins", () => {
  it("finds the roles that may log in", () => {
    const group = planned("postgresql:index/role:Role", "group", { name: "owners" });
    expect(plannedLogins([...plannedDatabase, group])).toEqual([
      "celebrant_migrator",
      "staging_user",
      "celebrant_readonly",
    ]);
  });

  it("finds the database that RDS creates by itself", () => {
    expect(plannedInitialDatabase([planned("aws:rds/instance:Instance", "one", { dbName: "portal" })])).toBe("portal");
    expect(plannedInitialDatabase([planned("aws:rds/instance:Instance", "one", {})])).toBeUndefined();
  });
});
