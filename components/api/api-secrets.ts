import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { signingKeyResource } from "../../rollout/names.ts";
import type { SigningKeys } from "../../rollout/signing-keys.ts";
import { child, type Scope, type Tags } from "../scope.ts";
import { alsoAcceptedKeyName, signingKeyName, signingKeyNames } from "./names.ts";
import type { ContainerSecret } from "./task-definition.ts";

/** Arguments of {@link ApiSecrets}. */
export interface ApiSecretsArgs {
  /** Further secrets by environment variable name, such as the payment provider's key. Never one of the generated keys. */
  readonly applicationSecrets: Readonly<Record<string, pulumi.Input<string>>>;
  /** The generated keys, by number. */
  readonly signingKeys: SigningKeys;
  /**
   * Whether a deleted secret is gone at once and nothing is protected. Otherwise a deleted secret can be restored for 30
   * days, and Pulumi refuses to delete the generated key.
   */
  readonly destroyable: boolean;
  readonly tags: Tags;
}

/**
 * The secrets of the API: a generated `SECRET_KEY` (guide P2) and further named secrets. Each is in Secrets Manager, and
 * the container gets it by ARN. Values are encrypted in Pulumi's state and are in no task definition.
 *
 * Each generated key is a secret of its own, and its value never changes. A rotation gives the task definitions another ARN,
 * so ECS replaces the tasks, and a task definition always starts with the keys that it was made with.
 *
 * A task reads its secrets when it starts, so a changed value reaches a colour with its next tasks. A service must be
 * created after the values (name this component in its `dependsOn`), because a task fails that starts between a secret and
 * its first value. The ARNs do not carry that dependency. Otherwise a new value would seem to replace every task
 * definition.
 */
export class ApiSecrets extends pulumi.ComponentResource {
  /** For `secrets` of a container definition, in the order of their names. A task gets those that it needs and no other. */
  public readonly secrets: readonly ContainerSecret[];

  /** @throws {RangeError} when `applicationSecrets` names a generated key */
  constructor(name: string, args: ApiSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:api:ApiSecrets", name, {}, opts);
    const { applicationSecrets, destroyable } = args;
    const { current, alsoAccepted } = args.signingKeys;
    const scope: Scope = { name, parent: this, tags: args.tags };
    const generated = signingKeyNames.find((key) => key in applicationSecrets);
    if (generated !== undefined) {
      throw new RangeError(
        `applicationSecrets names ${generated}, which is generated here. Remove it: npm run rollout -- set --stage <stage> --remove applicationSecrets.${generated}`,
      );
    }
    // The key that signs must not be lost. The others come and go with a rotation.
    const signingKey = (number: number, isProtected: boolean) =>
      createSigningKey(scope, { number, isProtected, destroyable });
    this.secrets = [
      ...Object.entries(applicationSecrets).map(([variable, value]) => {
        const what = variable.toLowerCase().replaceAll("_", "-");
        const description = `${variable} of the API`;
        return { name: variable, valueFrom: createSecret(scope, { what, description, value, destroyable }) };
      }),
      { name: signingKeyName, valueFrom: signingKey(current, !destroyable) },
      ...(alsoAccepted === null ? [] : [{ name: alsoAcceptedKeyName, valueFrom: signingKey(alsoAccepted, false) }]),
    ].sort((first, second) => (first.name < second.name ? -1 : 1));
    this.registerOutputs({ secrets: this.secrets });
  }
}

/** Characters of the generated key: letters and digits, so that no shell or URL needs quotes; 381 bits of entropy. */
const signingKeyLength = 64;

interface SigningKeyArgs {
  /** 1 for the first, whose resources are named as before there were others. */
  readonly number: number;
  readonly isProtected: boolean;
  readonly destroyable: boolean;
}

/** @returns the ARN of the secret that holds the key */
function createSigningKey(scope: Scope, { number, isProtected, destroyable }: SigningKeyArgs): pulumi.Output<string> {
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
  return createSecret(scope, { what, description, value: key.result, destroyable, isProtected });
}

/** Days in which a deleted secret can be restored, the most that Secrets Manager offers. */
const recoveryWindowDays = 30;

interface SecretArgs {
  /** Last part of the logical name. */
  readonly what: string;
  readonly description: string;
  readonly value: pulumi.Input<string>;
  readonly destroyable: boolean;
  /** Whether Pulumi refuses to delete it. Default: no. */
  readonly isProtected?: boolean;
}

/** @returns the secret's ARN */
function createSecret(scope: Scope, args: SecretArgs): pulumi.Output<string> {
  const { what, description, value, destroyable, isProtected = false } = args;
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
  new SecretVersion(logicalName, { secretId: secret.id, secretString: pulumi.secret(value) }, opts);
  return secret.arn;
}
