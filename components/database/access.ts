import { Database } from "@pulumi/postgresql/database.js";
import { DefaultPrivileges } from "@pulumi/postgresql/defaultPrivileges.js";
import { Grant } from "@pulumi/postgresql/grant.js";
import { Provider } from "@pulumi/postgresql/provider.js";
import { Role } from "@pulumi/postgresql/role.js";
import * as pulumi from "@pulumi/pulumi";
import type { UntaggedScope } from "../scope.ts";
import {
  type AccessRole,
  accessRoles,
  applicationSchema,
  type Privileges,
  privilegesByGrantee,
} from "./access-rules.ts";
import { migratorRole, readOnlyRole, refuseTakenDatabase, refuseTakenRole } from "./names.ts";

/** Which database is made, and for whom. */
export interface DatabaseAccessArgs {
  /** Address of the instance, which its certificate names. */
  readonly address: pulumi.Input<string>;
  /** Port of this machine at which an administrator's tunnel to the instance ends. Changing it changes nothing in the database. */
  readonly tunnelPort: number;
  /** Name of the portal's database. Changing it renames the database. */
  readonly databaseName: string;
  /** Role that the API connects as. Changing it renames the role. */
  readonly applicationRole: string;
  /** Master user of the instance. It owns the database and grants. */
  readonly masterUserName: string;
  /** `max_connections` of the instance, which the roles share. */
  readonly maxConnections: number;
}

/**
 * The portal's database, its three roles and what each may do (guide S1, P1). No role has a password: each is a member of
 * `rds_iam` and logs in with an IAM token.
 *
 * The provider connects as the master user. It reads the password or token from `PGPASSWORD` itself, so neither is ever an
 * input. It connects only when something inside the database changes, or on a refresh.
 *
 * Everything stays in the database when it leaves the program, so that a removed `tunnelPort` drops no data. To take a
 * privilege away, grant an empty list.
 *
 * The master user owns the database and not the migrator, because an owner can drop it and let everybody in. Nobody is
 * made a member of the migrator, because members would fall under `rds_iam`, too. The provider becomes a member inside the
 * transaction that needs it.
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
    const scope: AccessScope = { name, parent: this, provider: createProvider({ name, parent: this }, args) };

    runInOrder([
      ...accessRoles(applicationRole, maxConnections).map((role) => roleStep(scope, role)),
      databaseStep(scope, args),
      ...privilegesByGrantee(applicationRole).flatMap((privileges) =>
        grantSteps(scope, { ...privileges, databaseName }),
      ),
    ]);

    this.roles = { migrator: migratorRole, application: applicationRole, readOnly: readOnlyRole };
    this.registerOutputs({ roles: this.roles });
  }
}

/**
 * Connects to the instance by its own name, and verifies that its certificate has that name. `npm run rollout -- tunnel` gives
 * the address of the tunnel's near end and RDS's authorities in the environment: `PGHOSTADDR` and `PGSSLROOTCERT` (lib/pq 1.12,
 * which the provider has since 3.18). Without a tunnel the name leads to an address that nobody outside the VPC can reach.
 */
function createProvider({ name, parent }: UntaggedScope, args: DatabaseAccessArgs): Provider {
  return new Provider(
    `${name}-postgresql`,
    {
      host: args.address,
      port: args.tunnelPort,
      database: "postgres",
      username: args.masterUserName,
      sslmode: "verify-full",
      superuser: false,
      awsRdsIamAuth: false,
      connectTimeout: 15,
    },
    { parent },
  );
}

/** What every resource inside the database is created with. */
interface AccessScope extends UntaggedScope {
  readonly provider: Provider;
}

/** Creates one resource after the resources in the options. */
type Step = (options: pulumi.CustomResourceOptions) => pulumi.Resource;

/** One at a time: PostgreSQL answers two grants on one object at once with "tuple concurrently updated". */
function runInOrder(steps: readonly Step[]): void {
  let previous: pulumi.Resource | undefined;
  for (const step of steps) {
    previous = step({ dependsOn: previous === undefined ? [] : [previous] });
  }
}

function inDatabase({ parent, provider }: AccessScope, options: pulumi.CustomResourceOptions) {
  return { ...options, parent, provider, retainOnDelete: true };
}

function roleStep(scope: AccessScope, settings: AccessRole): Step {
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

function databaseStep(scope: AccessScope, { databaseName, masterUserName }: DatabaseAccessArgs): Step {
  return (options) =>
    new Database(
      `${scope.name}-database`,
      { name: databaseName, owner: masterUserName, encoding: "UTF8", template: "template0" },
      inDatabase(scope, options),
    );
}

function grantSteps(scope: AccessScope, args: Privileges & { readonly databaseName: string }): readonly Step[] {
  const { databaseName: database, key, role } = args;
  const onExisting = args.granted.map(({ objectType, privileges }): Step => {
    const schema = objectType === "database" ? undefined : applicationSchema;
    return (options) =>
      new Grant(
        `${scope.name}-grant-${key}-${objectType}`,
        { database, role, objectType, privileges: [...privileges], schema },
        inDatabase(scope, options),
      );
  });
  const onFuture = args.byDefault.map(({ objectType, privileges }): Step => {
    // Everybody's default on functions is global. A default for one schema can add to it but not take from it.
    const schema = role === "public" ? undefined : applicationSchema;
    return (options) =>
      new DefaultPrivileges(
        `${scope.name}-default-${key}-${objectType}`,
        { database, owner: migratorRole, role, objectType, privileges: [...privileges], schema },
        inDatabase(scope, options),
      );
  });
  return [...onExisting, ...onFuture];
}
