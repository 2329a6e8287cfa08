import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import type { Tags } from "../tags.ts";
import type { ContainerSecret } from "./container-definition.ts";
import { signingKeyName } from "./signing-key-name.ts";

/** Characters of the generated key: letters and digits, so that no shell or URL needs to quote it; 381 bits of entropy. */
const signingKeyLength = 64;

/** Days in which a deleted secret can be restored; the most that Secrets Manager offers. */
const recoveryWindowDays = 30;

/** Arguments of {@link ApiSecrets}. */
export interface ApiSecretsArgs {
  /** Further secrets by environment variable name, such as the payment provider's key. Never `SECRET_KEY`. */
  readonly applicationSecrets: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Whether secrets vanish at once when deleted and nothing is protected. Otherwise a deleted secret can be restored for
   * 30 days, and Pulumi refuses to delete the generated key.
   */
  readonly destroyable: boolean;
  readonly tags: Tags;
}

/**
 * What the API must know and nobody should read: a generated `SECRET_KEY` (guide P2) and further named secrets, each in
 * Secrets Manager, each handed to the container by ARN. Values are in Pulumi's state encrypted, and in no task definition.
 *
 * A task reads its secrets when it starts. Changing a value therefore reaches a colour with its next tasks, not before;
 * and a service must be created after the values (name this component in its `dependsOn`), because a task that starts
 * between a secret and its first value fails. The ARNs do not carry that dependency on purpose: then a new value would
 * seem to replace every task definition.
 */
export class ApiSecrets extends pulumi.ComponentResource {
  /** For `secrets` of a container definition, in the order of their names. */
  public readonly secrets: readonly ContainerSecret[];
  /** ARN of each secret, for the role that reads them. */
  public readonly secretArns: readonly pulumi.Output<string>[];

  constructor(name: string, args: ApiSecretsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:api:ApiSecrets", name, {}, opts);
    if (signingKeyName in args.applicationSecrets) {
      throw new RangeError(
        `applicationSecrets names ${signingKeyName}, which is generated here and stays the same for the life of the stack. Remove it: pulumi config rm --path applicationSecrets.${signingKeyName}`,
      );
    }
    const values = { ...args.applicationSecrets, [signingKeyName]: this.#createSigningKey(name, args) };
    const stored = Object.entries(values)
      .sort(([first], [second]) => (first < second ? -1 : 1))
      .map(([variable, value]) => ({ variable, arn: this.#store(name, variable, value, args) }));
    this.secrets = stored.map(({ variable, arn }) => ({ name: variable, valueFrom: arn }));
    this.secretArns = stored.map(({ arn }) => arn);
    this.registerOutputs({ secrets: this.secrets, secretArns: this.secretArns });
  }

  #createSigningKey(name: string, args: ApiSecretsArgs): pulumi.Output<string> {
    const key = new RandomPassword(
      `${name}-secret-key`,
      { length: signingKeyLength, special: false },
      {
        parent: this,
        protect: !args.destroyable,
        // A new key signs every user out and breaks every link already mailed. Each of these would generate one.
        ignoreChanges: ["length", "special", "lower", "upper", "numeric", "overrideSpecial", "keepers"],
      },
    );
    return key.result;
  }

  #store(name: string, variable: string, value: pulumi.Input<string>, args: ApiSecretsArgs): pulumi.Output<string> {
    const logicalName = `${name}-${variable.toLowerCase().replaceAll("_", "-")}`;
    const secret = new Secret(
      logicalName,
      {
        description: `${variable} of the API`,
        recoveryWindowInDays: args.destroyable ? 0 : recoveryWindowDays,
        tags: { ...args.tags, Name: logicalName },
      },
      { parent: this, protect: !args.destroyable && variable === signingKeyName },
    );
    new SecretVersion(logicalName, { secretId: secret.id, secretString: pulumi.secret(value) }, { parent: this });
    return secret.arn;
  }
}
