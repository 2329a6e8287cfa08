/** Rules on keeping data safe: backups, keys, secrets, and encryption of topics, queues, parameters and mail. */
import { isSecretName } from "../facts.ts";
import {
  backupVault,
  backupVaultLock,
  key,
  mailConfiguration,
  parameter,
  queue,
  secret,
  topic,
  topicPolicy,
} from "../kinds.ts";
import { requireLink } from "../links.ts";
import { deniesPlainHttp, statementsOf } from "../policy-documents.ts";
import { type Rule, resourceRule, shown } from "../rule.ts";
import { secretForm } from "../secret-forms.ts";

/** Secrets Manager's own default and the least that it accepts other than deleting at once. */
const defaultRecoveryDays = 30;
const leastRecoveryDays = 7;

/** Two weeks: the length of the guide's whole plan, as for the database's own backups. */
const leastLockedDays = 14;

export const dataProtectionRules: readonly Rule[] = [
  requireLink(
    { target: backupVault, holder: backupVaultLock, property: "backupVaultName" },
    {
      name: "backup-vault-locked",
      rule: "A production backup vault must be locked, so that no backup is deleted early while the lock stands",
      source: "AWS Backup: Vault Lock",
      stages: ["production"],
      fix: "add a VaultLockConfiguration that sets minRetentionDays",
    },
  ),

  resourceRule({
    name: "backup-own-key",
    rule: "A backup vault must be encrypted by the stack's own key, so that copies can be given to another account after a loss",
    source: "AWS Security Hub Backup.1",
    kinds: [backupVault],
    check({ props }, report) {
      if (props.kmsKeyArn !== undefined) return;
      report({ found: "kmsKeyArn is not set", fix: "set kmsKeyArn to the ARN of the database's key" });
    },
  }),

  resourceRule({
    name: "backup-vault-lock-minimum",
    rule: `A production vault's lock must keep each backup for at least ${leastLockedDays} days, because a lock without a minimum lets anybody delete at once`,
    source: "AWS Backup: Vault Lock, deployment guide B2",
    stages: ["production"],
    kinds: [backupVaultLock],
    check({ props }, report) {
      if ((props.minRetentionDays ?? 0) >= leastLockedDays) return;
      report({
        found: shown("minRetentionDays", props.minRetentionDays),
        fix: `set minRetentionDays to ${leastLockedDays} or more, and no higher than the plan keeps a backup`,
      });
    },
  }),

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
    name: "kms-usable",
    rule: "A key must stay enabled, and the account must stay able to change its policy, because what it encrypts is lost with it",
    source: "AWS KMS: Enable and disable keys, PutKeyPolicy",
    kinds: [key],
    check({ props }, report) {
      if (props.isEnabled === false) report({ found: "isEnabled is false", fix: "remove isEnabled" });
      if (props.bypassPolicyLockoutSafetyCheck !== true) return;
      report({
        found: "bypassPolicyLockoutSafetyCheck is true",
        fix: "remove bypassPolicyLockoutSafetyCheck",
      });
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
    name: "sns-tls-only",
    rule: "A topic must refuse messages that are published without TLS",
    source: "AWS SNS: Security best practices",
    kinds: [topicPolicy],
    check({ props }, report) {
      if (statementsOf(props.policy).some((statement) => deniesPlainHttp(statement, /^(sns:(publish|\*)|\*)$/i)))
        return;
      report({
        found: "no statement of policy denies plain HTTP",
        fix: "add a statement that denies sns:Publish to everyone where aws:SecureTransport is false",
      });
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

  /** Judged by the name, and by the form of the value. No value is ever repeated. */
  resourceRule({
    name: "ssm-secret-parameters",
    rule: "A parameter that holds a secret must be encrypted",
    source: "AWS Systems Manager: SecureString parameters",
    kinds: [parameter],
    check({ props }, report) {
      if (props.type === "SecureString") return;
      const form = secretForm(props.value ?? "") ?? secretForm(props.insecureValue ?? "");
      if (form === undefined && !isSecretName(props.name ?? "")) return;
      report({
        found: `${shown("type", props.type)}, and ${form === undefined ? `name is ${props.name}` : `value is ${form}`}`,
        fix: "set type to SecureString, or use Secrets Manager",
      });
    },
  }),
];
