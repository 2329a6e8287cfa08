import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { child, type Scope, type Tags } from "../scope.ts";
import { signingKeyName } from "./names.ts";
import type { ContainerSecret } from "./task-definition.ts";

/** Arguments of {@link ApiSecrets}. */
export interface ApiSecretsArgs {
  /** Further secrets by environment variable name, such as the payment provider's key. Never `SECRET_KEY`. */
  readonly applicationSecrets: Readonly<Record<string, pulumi.Input<string>>>;
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
 * A task reads its secrets when it starts, so a changed value reaches a colour with its next tasks. A service must be
 * created after the values (name this component in its `dependsOn`), because a task fails that starts between a secret and
 * its first value. The ARNs do not carry that dependency. Otherwise a new value would seem to replace every task
 * definition.
 */
export class ApiSecrets extends pulumi.ComponentResource {
  /** For `secrets` of a container definition, in the order of their names. A task gets those that it needs and no other. */
  public readonly secrets: readonly ContainerSecret[];

  /** @throws {RangeError} when `applicationSecrets` names `SECRET_KEY` */
  constructor(name: string, args: ApiSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:api:ApiSecrets", name, {}, opts);
    const { applicationSecrets, destroyable } = args;
    const scope: Scope = { name, parent: this, tags: args.tags };
    if (signingKeyName in applicationSecrets) {
      throw new RangeError(
        `applicationSecrets names ${signingKeyName}, which is generated here and stays the same for the life of the stack. Remove it: pulumi config rm --path applicationSecrets.${signingKeyName}`,
      );
    }
    const values = { ...applicationSecrets, [signingKeyName]: createSigningKey(scope, { destroyable }) };
    this.secrets = Object.entries<pulumi.Input<string>>(values)
      .sort(([first], [second]) => (first < second ? -1 : 1))
      .map(([variable, value]) => ({
        name: variable,
        valueFrom: createSecret(scope, { variable, value, destroyable }),
      }));
    this.registerOutputs({ secrets: this.secrets });
  }
}

/** Characters of the generated key: letters and digits, so that no shell or URL needs quotes; 381 bits of entropy. */
const signingKeyLength = 64;

function createSigningKey(
  { name, parent }: Scope,
  { destroyable }: { readonly destroyable: boolean },
): pulumi.Output<string> {
  const key = new RandomPassword(
    `${name}-secret-key`,
    { length: signingKeyLength, special: false },
    {
      parent,
      protect: !destroyable,
      // A new key signs every user out and breaks every link that was mailed. A change of any of these would make one.
      ignoreChanges: ["length", "special", "lower", "upper", "numeric", "overrideSpecial", "keepers"],
    },
  );
  return key.result;
}

/** Days in which a deleted secret can be restored, the most that Secrets Manager offers. */
const recoveryWindowDays = 30;

interface SecretArgs {
  /** Environment variable that the container gets the secret in. */
  readonly variable: string;
  readonly value: pulumi.Input<string>;
  readonly destroyable: boolean;
}

/** @returns the secret's ARN */
function createSecret(scope: Scope, { variable, value, destroyable }: SecretArgs): pulumi.Output<string> {
  const { logicalName, tags, opts } = child(scope, variable.toLowerCase().replaceAll("_", "-"));
  const secret = new Secret(
    logicalName,
    {
      description: `${variable} of the API`,
      recoveryWindowInDays: destroyable ? 0 : recoveryWindowDays,
      tags,
    },
    { ...opts, protect: !destroyable && variable === signingKeyName },
  );
  new SecretVersion(logicalName, { secretId: secret.id, secretString: pulumi.secret(value) }, opts);
  return secret.arn;
}
