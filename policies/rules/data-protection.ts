/** Rules on keeping data safe: backups, keys, secrets, and encryption of topics, queues, parameters and mail. */
import { isSecretName } from "../facts.ts";
import { backupVault, backupVaultLock, key, mailConfiguration, parameter, queue, secret, topic } from "../kinds.ts";
import { requireLink } from "../links.ts";
import { type Rule, resourceRule, shown } from "../rule.ts";

/** Secrets Manager's own default and the least that it accepts other than deleting at once. */
const defaultRecoveryDays = 30;
const leastRecoveryDays = 7;

export const dataProtectionRules: readonly Rule[] = [
  requireLink(
    { target: backupVault, holder: backupVaultLock, property: "backupVaultName" },
    {
      name: "backup-vault-locked",
      rule: "A production backup vault must be locked, so that nobody can delete its backups early",
      source: "AWS Backup: Vault Lock",
      stages: ["production"],
      fix: "add a VaultLockConfiguration that sets minRetentionDays",
    },
  ),

  resourceRule({
    name: "kms-rotation",
    rule: "A symmetric key must be rotated every year",
    source: "AWS Security Hub KMS.4",
    kinds: [key],
    check({ props }, report) {
      const isSymmetric = (props.customerMasterKeySpec ?? "SYMMETRIC_DEFAULT") === "SYMMETRIC_DEFAULT";
      if (!isSymmetric || props.enableKeyRotation === true) return;
      report({ found: shown("enableKeyRotation", props.enableKeyRotation), fix: "set enableKeyRotation to true" });
    },
  }),

  resourceRule({
    name: "secretsmanager-recovery-window",
    rule: `A deleted production secret must stay recoverable for at least ${leastRecoveryDays} days`,
    source: "AWS Secrets Manager: Delete a secret",
    stages: ["production"],
    kinds: [secret],
    check({ props }, report) {
      const days = props.recoveryWindowInDays ?? defaultRecoveryDays;
      if (days >= leastRecoveryDays) return;
      report({
        found: shown("recoveryWindowInDays", days),
        fix: `set recoveryWindowInDays to ${leastRecoveryDays} or more`,
      });
    },
  }),

  resourceRule({
    name: "sesv2-tls",
    rule: "Mail must be sent over TLS or not at all",
    source: "AWS SES: Amazon SES and security protocols",
    kinds: [mailConfiguration],
    check({ props }, report) {
      const tlsPolicy = props.deliveryOptions?.tlsPolicy;
      if (tlsPolicy === "REQUIRE") return;
      report({ found: shown("deliveryOptions.tlsPolicy", tlsPolicy), fix: "set deliveryOptions.tlsPolicy to REQUIRE" });
    },
  }),

  resourceRule({
    name: "sns-encrypted",
    rule: "A topic must be encrypted at rest",
    source: "AWS Security Hub SNS.1",
    kinds: [topic],
    check({ props }, report) {
      if (props.kmsMasterKeyId !== undefined) return;
      report({ found: "kmsMasterKeyId is not set", fix: "set kmsMasterKeyId to the key for alerts" });
    },
  }),

  resourceRule({
    name: "sqs-encrypted",
    rule: "A queue must be encrypted at rest",
    source: "AWS Security Hub SQS.1",
    kinds: [queue],
    check({ props }, report) {
      if (props.sqsManagedSseEnabled === true || props.kmsMasterKeyId !== undefined) return;
      report({
        found: `${shown("sqsManagedSseEnabled", props.sqsManagedSseEnabled)} and kmsMasterKeyId is not set`,
        fix: "set sqsManagedSseEnabled to true",
      });
    },
  }),

  resourceRule({
    name: "ssm-secret-parameters",
    rule: "A parameter with the name of a secret must be encrypted",
    source: "AWS Systems Manager: SecureString parameters",
    kinds: [parameter],
    check({ props }, report) {
      if (props.type === "SecureString" || !isSecretName(props.name ?? "")) return;
      report({
        found: `${shown("type", props.type)}, and name is ${props.name}`,
        fix: "set type to SecureString, or use Secrets Manager",
      });
    },
  }),
];
