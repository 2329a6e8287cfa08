import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { secretResource, signingKeyResource } from "../../rollout/names.ts";
import type { SigningKeys } from "../../rollout/signing-keys.ts";
import { child, type Scope, type Tags } from "../scope.ts";
import { alsoAcceptedKeyName, signingKeyName, signingKeyNames } from "./names.ts";
import type { ContainerSecret } from "./task-definition.ts";

/** Arguments of {@link ApiSecrets}. */
export interface ApiSecretsArgs {
  /** Every version of the application secrets that must exist. Never one of a generated key. */
  readonly applicationSecrets: readonly SecretVersionArgs[];
  /** The generated keys, by number. */
  readonly signingKeys: SigningKeys;
  /**
   * Whether a container names the version of each secret, so that a value which somebody writes into a secret in AWS reaches no
   * task. False only until the first update of a stack that an older version of this program deployed.
   */
  readonly pinned: boolean;
  /**
   * Whether a deleted secret is gone at once and nothing is protected. Otherwise a deleted secret can be restored for 30
   * days, and Pulumi refuses to delete the generated key.
   */
  readonly destroyable: boolean;
  readonly tags: Tags;
}

/** One version of an application secret. */
export interface SecretVersionArgs {
  /** The environment variable, such as `STRIPE_SECRET_KEY`. */
  readonly name: string;
  /** 1 for the first, whose resources are named as before there were others. */
  readonly version: number;
  /** Its value; undefined where the config has another one by now. Then the version keeps what it has, or cannot be made. */
  readonly value: pulumi.Input<string> | undefined;
  /** Whether another value changes nothing. */
  readonly keepsValue: boolean;
}

/** A secret in Secrets Manager. */
export interface StoredSecret extends ContainerSecret {
  /** ARN of the secret, without a version. Whoever may read it may read each of its versions. */
  readonly arn: pulumi.Output<string>;
}

/** A version of an application secret. */
interface StoredVersion extends StoredSecret {
  readonly version: number;
}

/**
 * The secrets of the API: a generated `SECRET_KEY` (guide P2) and the versions of further named secrets. Each is a secret of its
 * own in Secrets Manager, and its value never changes. Values are encrypted in Pulumi's state and are in no task definition.
 *
 * A task definition names the ARN and the version's id, so a task always starts with the values that its release was made
 * with, whatever has happened since. A new value is a new secret, with another ARN. The versions are no staging labels of one
 * secret: Secrets Manager may delete a version without a label, a label can move, and only a whole secret can be restored.
 *
 * A service must be created after the values (name this component in its `dependsOn`), because a task fails that starts
 * between a secret and its first value.
 */
export class ApiSecrets extends pulumi.ComponentResource {
  /** The keys that sign log-ins and links, in the order of their names. */
  public readonly signingKeys: readonly StoredSecret[];
  /** The versions of the application secrets, in the order of their names and numbers. */
  public readonly versions: readonly StoredVersion[];

  /** @throws {RangeError} when `applicationSecrets` names a generated key */
  constructor(name: string, args: ApiSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:api:ApiSecrets", name, {}, opts);
    const { applicationSecrets, destroyable, pinned } = args;
    const { current, alsoAccepted } = args.signingKeys;
    const scope: Scope = { name, parent: this, tags: args.tags };
    const generated = signingKeyNames.find((key) => applicationSecrets.some((secret) => secret.name === key));
    if (generated !== undefined) {
      throw new RangeError(
        `applicationSecrets names ${generated}, which is generated here. Remove it: npm run rollout -- set --stage <stage> --remove applicationSecrets.${generated}`,
      );
    }
    // The key that signs must not be lost. The others come and go with a rotation.
    const signingKey = (key: string, number: number, isProtected: boolean) => ({
      name: key,
      ...createSigningKey(scope, { number, isProtected, destroyable, pinned }),
    });
    this.signingKeys = [
      signingKey(signingKeyName, current, !destroyable),
      ...(alsoAccepted === null ? [] : [signingKey(alsoAcceptedKeyName, alsoAccepted, false)]),
    ];
    this.versions = applicationSecrets.map((secret) => ({
      name: secret.name,
      version: secret.version,
      ...createVersion(scope, secret, { destroyable, pinned }),
    }));
    this.registerOutputs({ signingKeys: this.signingKeys, versions: this.versions });
  }
}

/** What all secrets of a stage have in common. */
type StoreArgs = Pick<ApiSecretsArgs, "destroyable" | "pinned">;

/** Where a secret is, as policies and task definitions name it. */
type StoredPlace = Omit<StoredSecret, "name">;

function createVersion(
  scope: Scope,
  { name, version, value, keepsValue }: SecretVersionArgs,
  store: StoreArgs,
): StoredPlace {
  const what = secretResource(name, version);
  const description = version === 1 ? `${name} of the API` : `${name} of the API, version ${version}`;
  return createSecret(scope, { what, description, value, keepsValue, ...store });
}

/** Characters of the generated key: letters and digits, so that no shell or URL needs quotes; 381 bits of entropy. */
const signingKeyLength = 64;

interface SigningKeyArgs extends StoreArgs {
  /** 1 for the first, whose resources are named as before there were others. */
  readonly number: number;
  readonly isProtected: boolean;
}

function createSigningKey(scope: Scope, { number, isProtected, ...store }: SigningKeyArgs): StoredPlace {
  const what = signingKeyResource(number);
  const key = new RandomPassword(
    `${scope.name}-${what}`,
    { length: signingKeyLength, special: false },
    {
      parent: scope.parent,
      protect: isProtected,
      // A new key signs every user out and breaks every link that was mailed. A change of any of these would make one.
      ignoreChanges: ["length", "special", "lower", "upper", "numeric", "overrideSpecial", "keepers"],
    },
  );
  const description = number === 1 ? `${signingKeyName} of the API` : `${signingKeyName} of the API, number ${number}`;
  return createSecret(scope, { what, description, value: key.result, keepsValue: false, isProtected, ...store });
}

/** Days in which a deleted secret can be restored, the most that Secrets Manager offers. */
const recoveryWindowDays = 30;

interface SecretArgs extends StoreArgs {
  /** Last part of the logical name. */
  readonly what: string;
  readonly description: string;
  readonly value: pulumi.Input<string> | undefined;
  readonly keepsValue: boolean;
  /** Whether Pulumi refuses to delete it. Default: no. */
  readonly isProtected?: boolean;
}

/** @see Amazon ECS developer guide, "Pass Secrets Manager secrets through Amazon ECS environment variables": `<arn>:::<version id>` */
function createSecret(scope: Scope, args: SecretArgs): StoredPlace {
  const { what, description, value, keepsValue, destroyable, isProtected = false, pinned } = args;
  const { logicalName, tags, opts } = child(scope, what);
  const secret = new Secret(
    logicalName,
    {
      description,
      recoveryWindowInDays: destroyable ? 0 : recoveryWindowDays,
      tags,
    },
    { ...opts, protect: isProtected },
  );
  const version = new SecretVersion(
    logicalName,
    { secretId: secret.id, ...(value === undefined ? {} : { secretString: pulumi.secret(value) }) },
    // The engine takes an ignored value from its state. There is none to take where the version is gone, and then AWS refuses to
    // make one without a value, which is better than one with a wrong value.
    { ...opts, ignoreChanges: keepsValue ? ["secretString"] : [] },
  );
  return { arn: secret.arn, valueFrom: pinned ? pulumi.interpolate`${secret.arn}:::${version.versionId}` : secret.arn };
}
