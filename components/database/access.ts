import { Database } from "@pulumi/postgresql/database.js";
import { DefaultPrivileges } from "@pulumi/postgresql/defaultPrivileges.js";
import { Grant } from "@pulumi/postgresql/grant.js";
import { Provider } from "@pulumi/postgresql/provider.js";
import { Role } from "@pulumi/postgresql/role.js";
import * as pulumi from "@pulumi/pulumi";
import { refuseTakenDatabase, refuseTakenRole } from "./access-names.ts";
import { applicationSchema, type Privileges, privilegesByGrantee } from "./access-privileges.ts";
import { type AccessRole, accessRoles } from "./access-roles.ts";
import { migratorRole, readOnlyRole } from "./role-names.ts";

/** Which database is made, and for whom. */
export interface DatabaseAccessArgs {
  /** Near end of an administrator's tunnel to the instance. Changing it changes nothing in the database. */
  readonly adminEndpoint: { readonly host: string; readonly port: number };
  /** Name of the portal's database. Changing it renames the database. */
  readonly databaseName: string;
  /** Role that the API connects as. Changing it renames the role. */
  readonly applicationRole: string;
  /** Master user of the instance: owns the database and grants. */
  readonly masterUserName: string;
  /** `max_connections` of the instance, which the roles share. */
  readonly maxConnections: number;
}

/** What every resource inside the database is created with. */
interface AccessScope {
  readonly name: string;
  readonly parent: pulumi.Resource;
  readonly provider: Provider;
}

/**
 * The portal's database, its three roles and what each may do (guide S1, P1). No role has a password: each is a member of
 * `rds_iam` and comes with an IAM token.
 *
 * The provider connects as the master user and reads the password or token from `PGPASSWORD` itself, so that neither is
 * ever an input. It connects only when something inside the database changes, or on a refresh.
 *
 * Everything stays in the database when it leaves the program, for a dropped `adminEndpoint` must not drop the data. To
 * take a privilege away, grant an empty list.
 *
 * The master user owns the database, not the migrator: an owner can drop it and let everybody in. Members of the
 * migrator would also fall under `rds_iam`, so none is made; the provider becomes one inside the transaction that needs
 * it.
 *
 * @throws {RangeError} when a name is taken or `maxConnections` leaves the application none
 */
export class DatabaseAccess extends pulumi.ComponentResource {
  /** Names of the roles in PostgreSQL. */
  readonly roles: { readonly migrator: string; readonly application: string; readonly readOnly: string };

  constructor(name: string, args: DatabaseAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:database:DatabaseAccess", name, {}, opts);
    const { databaseName, applicationRole, maxConnections } = args;
    refuseTakenDatabase(databaseName);
    refuseTakenRole(applicationRole);
    const scope: AccessScope = { name, parent: this, provider: createProvider(name, args, this) };

    runInOrder([
      ...accessRoles(applicationRole, maxConnections).map((role) => createRole(scope, role)),
      createDatabase(scope, args),
      ...privilegesByGrantee(applicationRole).flatMap((privileges) => grant(scope, databaseName, privileges)),
    ]);

    this.roles = { migrator: migratorRole, application: applicationRole, readOnly: readOnlyRole };
    this.registerOutputs({ roles: this.roles });
  }
}

/** Creates one resource after the ones it gets. */
type Step = (options: pulumi.CustomResourceOptions) => pulumi.Resource;

/** One at a time: PostgreSQL answers two grants on one object at once with "tuple concurrently updated". */
function runInOrder(steps: readonly Step[]): void {
  let previous: pulumi.Resource | undefined;
  for (const step of steps) {
    previous = step(previous === undefined ? {} : { dependsOn: [previous] });
  }
}

/** TLS without verifying the name: the far end of the tunnel calls itself by its RDS name, not by the near end's. */
function createProvider(name: string, args: DatabaseAccessArgs, parent: pulumi.Resource): Provider {
  const { host, port } = args.adminEndpoint;
  return new Provider(
    `${name}-postgresql`,
    {
      host,
      port,
      database: "postgres",
      username: args.masterUserName,
      sslmode: "require",
      superuser: false,
      awsRdsIamAuth: false,
      connectTimeout: 15,
    },
    { parent },
  );
}

function inDatabase({ parent, provider }: AccessScope, options: pulumi.CustomResourceOptions) {
  return { ...options, parent, provider, retainOnDelete: true };
}

function createRole(scope: AccessScope, settings: AccessRole): Step {
  return (options) =>
    new Role(
      `${scope.name}-${settings.key}`,
      {
        name: settings.role,
        login: true,
        roles: ["rds_iam"],
        connectionLimit: settings.connectionLimit,
        statementTimeout: settings.statementTimeoutMilliseconds,
        idleInTransactionSessionTimeout: settings.idleInTransactionTimeoutMilliseconds,
      },
      inDatabase(scope, options),
    );
}

function createDatabase(scope: AccessScope, { databaseName, masterUserName }: DatabaseAccessArgs): Step {
  return (options) =>
    new Database(
      `${scope.name}-database`,
      { name: databaseName, owner: masterUserName, encoding: "UTF8", template: "template0" },
      inDatabase(scope, options),
    );
}

function grant(scope: AccessScope, database: string, { key, role, granted, byDefault }: Privileges): Step[] {
  const onExisting = granted.map(({ objectType, privileges }): Step => {
    const schema = objectType === "database" ? {} : { schema: applicationSchema };
    return (options) =>
      new Grant(
        `${scope.name}-grant-${key}-${objectType}`,
        { database, role, objectType, privileges: [...privileges], ...schema },
        inDatabase(scope, options),
      );
  });
  const onFuture = byDefault.map(({ objectType, privileges }): Step => {
    // What everybody gets on functions is a global default; one for a single schema can add to it but not take from it.
    const schema = role === "public" ? {} : { schema: applicationSchema };
    return (options) =>
      new DefaultPrivileges(
        `${scope.name}-default-${key}-${objectType}`,
        { database, owner: migratorRole, role, objectType, privileges: [...privileges], ...schema },
        inDatabase(scope, options),
      );
  });
  return [...onExisting, ...onFuture];
}
