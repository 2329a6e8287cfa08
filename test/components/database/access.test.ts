import { Provider } from "@pulumi/postgresql/provider.js";
import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { DatabaseAccess, type DatabaseAccessArgs } from "../../../components/database/access.ts";
import { planProgram, testName } from "../../support/plan-component.ts";
import { recordOptions } from "./recorded-options.ts";

const args: DatabaseAccessArgs = {
  address: "portal.example.ap-southeast-2.rds.amazonaws.com",
  tunnelPort: 15432,
  databaseName: "celebrant_portal",
  applicationRole: "prod_user",
  masterUserName: "celebrant_admin",
  maxConnections: 200,
};

async function planAccess(changed: Partial<DatabaseAccessArgs> = {}) {
  const recorded = recordOptions();
  const plan = await planProgram(() => {
    const access = new DatabaseAccess(
      testName,
      { ...args, ...changed },
      { transformations: [recorded.transformation] },
    );
    return { roles: access.roles };
  });
  const inside = plan.resources.filter(({ type }) => type.startsWith("postgresql:"));
  return { ...plan, inside, optionsOf: recorded.optionsOf };
}

/** The value of an output once it is known. */
function promiseOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => resolve(value as T));
  });
}

describe("the provider", () => {
  it("asks for the instance by its own name at the tunnel's port, verifies it, and is given no password", async () => {
    const { inputs } = (await planAccess()).only("pulumi:providers:postgresql");
    expect(inputs).toMatchObject({
      host: "portal.example.ap-southeast-2.rds.amazonaws.com",
      port: "15432",
      username: "celebrant_admin",
      database: "postgres",
      sslmode: "verify-full",
      superuser: "false",
      awsRdsIamAuth: "false",
    });
    expect(inputs["password"]).toBeUndefined();
  });

  it("takes no password from the environment into the plan", async () => {
    process.env["PGPASSWORD"] = "token-of-the-day";
    try {
      expect(JSON.stringify((await planAccess()).resources)).not.toContain("token-of-the-day");
    } finally {
      delete process.env["PGPASSWORD"];
    }
  });

  it("is the one that every resource inside the database uses", async () => {
    const plan = await planAccess();
    for (const { type, name } of plan.inside) {
      expect(Provider.isInstance(plan.optionsOf(type, name).provider)).toBe(true);
    }
  });
});

describe("roles", () => {
  it("log in by IAM only, within limits that leave room for each other", async () => {
    const plan = await planAccess();
    expect(plan.all("postgresql:index/role:Role").map(({ inputs }) => inputs)).toEqual([
      {
        name: "celebrant_migrator",
        login: true,
        roles: ["rds_iam"],
        connectionLimit: 5,
        idleInTransactionSessionTimeout: 600_000,
      },
      {
        name: "prod_user",
        login: true,
        roles: ["rds_iam"],
        connectionLimit: 185,
        statementTimeout: 30_000,
        idleInTransactionSessionTimeout: 60_000,
      },
      {
        name: "celebrant_readonly",
        login: true,
        roles: ["rds_iam"],
        connectionLimit: 5,
        statementTimeout: 300_000,
        idleInTransactionSessionTimeout: 300_000,
      },
    ]);
    expect(plan.outputs["roles"]).toEqual({
      migrator: "celebrant_migrator",
      application: "prod_user",
      readOnly: "celebrant_readonly",
    });
  });

  it("include the master user in none: a member of theirs would lose its password", async () => {
    expect((await planAccess()).all("postgresql:index/grantRole:GrantRole")).toEqual([]);
  });
});

describe("the database", () => {
  it("belongs to the master user, so that migrations can neither drop nor open it", async () => {
    const { inputs } = (await planAccess()).only("postgresql:index/database:Database");
    expect(inputs).toEqual({
      name: "celebrant_portal",
      owner: "celebrant_admin",
      encoding: "UTF8",
      template: "template0",
    });
  });
});

describe("privileges", () => {
  const line = (inputs: Readonly<Record<string, unknown>>) =>
    `${inputs["role"]} ${inputs["objectType"]}${inputs["schema"] === undefined ? "" : ` in ${inputs["schema"]}`}: ${[inputs["privileges"]].flat().join(" ") || "nothing"}`;

  it("on what exists are these and no others", async () => {
    const grants = (await planAccess()).all("postgresql:index/grant:Grant");
    expect(grants.map(({ inputs }) => line(inputs))).toEqual([
      "public database: nothing",
      "public schema in public: nothing",
      "celebrant_migrator database: CONNECT CREATE TEMPORARY",
      "celebrant_migrator schema in public: CREATE USAGE",
      "prod_user database: CONNECT",
      "prod_user schema in public: USAGE",
      "prod_user table in public: SELECT INSERT UPDATE DELETE",
      "prod_user sequence in public: USAGE SELECT",
      "celebrant_readonly database: CONNECT",
      "celebrant_readonly schema in public: USAGE",
      "celebrant_readonly table in public: SELECT",
      "celebrant_readonly sequence in public: SELECT",
    ]);
    expect(new Set(grants.map(({ inputs }) => inputs["database"]))).toEqual(new Set(["celebrant_portal"]));
  });

  it("on what migrations will create are these and no others", async () => {
    const defaults = (await planAccess()).all("postgresql:index/defaultPrivileges:DefaultPrivileges");
    expect(defaults.map(({ inputs }) => line(inputs))).toEqual([
      "public function: nothing",
      "prod_user table in public: SELECT INSERT UPDATE DELETE",
      "prod_user sequence in public: USAGE SELECT",
      "prod_user function in public: EXECUTE",
      "celebrant_readonly table in public: SELECT",
      "celebrant_readonly sequence in public: SELECT",
    ]);
    expect(new Set(defaults.map(({ inputs }) => inputs["owner"]))).toEqual(new Set(["celebrant_migrator"]));
  });
});

describe("everything inside the database", () => {
  it("waits for the one before: PostgreSQL refuses two grants on one object at once", async () => {
    const plan = await planAccess();
    expect(plan.inside).toHaveLength(22);
    const before = await Promise.all(
      plan.inside.map(async ({ type, name }) => {
        const [resource] = [plan.optionsOf(type, name).dependsOn].flat() as (pulumi.Resource | undefined)[];
        return resource && (await promiseOf(resource.urn));
      }),
    );
    expect(before).toEqual([undefined, ...plan.inside.slice(0, -1).map(({ urn }) => urn)]);
  });

  it("stays when it leaves the program", async () => {
    const plan = await planAccess();
    for (const { type, name } of plan.inside) expect(plan.optionsOf(type, name).retainOnDelete).toBe(true);
  });

  it("is a child of the component", async () => {
    const plan = await planAccess();
    const { urn } = plan.only("celebrant:database:DatabaseAccess");
    expect(new Set(plan.inside.map(({ parentUrn }) => parentUrn))).toEqual(new Set([urn]));
  });
});

describe("DatabaseAccess refuses", () => {
  it.each(["celebrant_admin", "celebrant_migrator", "celebrant_readonly", "public", "pg_portal", "rds_portal"])(
    "the role name %s",
    async (applicationRole) => {
      await expect(planAccess({ applicationRole })).rejects.toThrow(
        `DatabaseAccess: applicationRole is ${applicationRole}. That name is taken, or begins with pg_ or rds, which PostgreSQL and RDS keep for themselves. Choose another.`,
      );
    },
  );

  it.each(["postgres", "template1", "rdsadmin"])("the database name %s", async (databaseName) => {
    await expect(planAccess({ databaseName })).rejects.toThrow(
      `DatabaseAccess: databaseName is ${databaseName}, which every instance has already. Choose a name for this service's own database.`,
    );
  });

  it("fewer connections than are kept for others", async () => {
    await expect(planAccess({ maxConnections: 15 })).rejects.toThrow(
      "DatabaseAccess: maxConnections is 15, but 15 are kept for migrations, people and RDS. Set at least 16.",
    );
    const plan = await planAccess({ maxConnections: 16 });
    expect(plan.only("postgresql:index/role:Role", "portal-production-application").inputs["connectionLimit"]).toBe(1);
  });
});
