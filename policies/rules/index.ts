import type { Rule } from "../rule.ts";
import { backupVaultLocked } from "./backup/vault-locked.ts";
import { cloudwatchActionsEnabled } from "./cloudwatch/actions-enabled.ts";
import { cloudwatchAlarmActs } from "./cloudwatch/alarm-acts.ts";
import { cloudwatchMissingDataDecided } from "./cloudwatch/missing-data-decided.ts";
import { ec2FlowLogs } from "./ec2/flow-logs.ts";
import { ec2NoAutomaticAddresses } from "./ec2/no-automatic-addresses.ts";
import { ec2NoDefaultGroupRules } from "./ec2/no-default-group-rules.ts";
import { ec2NoWorldIngress } from "./ec2/no-world-ingress.ts";
import { ecrImmutableTags } from "./ecr/immutable-tags.ts";
import { ecrLifecycle } from "./ecr/lifecycle.ts";
import { ecrScanOnPush } from "./ecr/scan-on-push.ts";
import { ecsContainerInsights } from "./ecs/container-insights.ts";
import { ecsImageByDigest } from "./ecs/image-by-digest.ts";
import { ecsLatestPlatform } from "./ecs/latest-platform.ts";
import { ecsLogConfiguration } from "./ecs/log-configuration.ts";
import { ecsNoPlainSecrets } from "./ecs/no-plain-secrets.ts";
import { ecsNoPublicIp } from "./ecs/no-public-ip.ts";
import { ecsNonPrivileged } from "./ecs/non-privileged.ts";
import { ecsNonRootUser } from "./ecs/non-root-user.ts";
import { ecsReadOnlyRoot } from "./ecs/read-only-root.ts";
import { iamNoAdministrator } from "./iam/no-administrator.ts";
import { iamNoFullAccess } from "./iam/no-full-access.ts";
import { iamNoServiceWildcard } from "./iam/no-service-wildcard.ts";
import { kmsNotForEveryone } from "./kms/not-for-everyone.ts";
import { kmsRotation } from "./kms/rotation.ts";
import { lbAccessLogs } from "./lb/access-logs.ts";
import { lbDeletionProtection } from "./lb/deletion-protection.ts";
import { lbDesyncMitigation } from "./lb/desync-mitigation.ts";
import { lbFirewall } from "./lb/firewall.ts";
import { lbHttpOnlyRedirects } from "./lb/http-only-redirects.ts";
import { lbInvalidHeadersDropped } from "./lb/invalid-headers-dropped.ts";
import { lbModernTls } from "./lb/modern-tls.ts";
import { lbSeveralZones } from "./lb/several-zones.ts";
import { logsRetention } from "./logs/retention.ts";
import { rdsBackupRetention } from "./rds/backup-retention.ts";
import { rdsDeletionProtection } from "./rds/deletion-protection.ts";
import { rdsEnhancedMonitoring } from "./rds/enhanced-monitoring.ts";
import { rdsFinalSnapshot } from "./rds/final-snapshot.ts";
import { rdsForceSsl } from "./rds/force-ssl.ts";
import { rdsIamAuthentication } from "./rds/iam-authentication.ts";
import { rdsLogsExported } from "./rds/logs-exported.ts";
import { rdsManagedPassword } from "./rds/managed-password.ts";
import { rdsMinorUpgrades } from "./rds/minor-upgrades.ts";
import { rdsMultiAz } from "./rds/multi-az.ts";
import { rdsNotPublic } from "./rds/not-public.ts";
import { rdsOwnAdministratorName } from "./rds/own-administrator-name.ts";
import { rdsSomeBackups } from "./rds/some-backups.ts";
import { rdsStorageEncrypted } from "./rds/storage-encrypted.ts";
import { rdsTaggedSnapshots } from "./rds/tagged-snapshots.ts";
import { rolloutBlueBeforeGreen } from "./rollout/blue-before-green.ts";
import { rolloutBothColoursExist } from "./rollout/both-colours-exist.ts";
import { rolloutDrainOutlastsStop } from "./rollout/drain-outlasts-stop.ts";
import { rolloutHealthCheck } from "./rollout/health-check.ts";
import { rolloutNoTargetStickiness } from "./rollout/no-target-stickiness.ts";
import { rolloutOnePublicRule } from "./rollout/one-public-rule.ts";
import { rolloutShortGroupStickiness } from "./rollout/short-group-stickiness.ts";
import { rolloutSplitIsTagged } from "./rollout/split-is-tagged.ts";
import { rolloutWeightedColourHasTasks } from "./rollout/weighted-colour-has-tasks.ts";
import { rolloutWeightsAreAStep } from "./rollout/weights-are-a-step.ts";
import { rolloutWeightsAreNotIgnored } from "./rollout/weights-are-not-ignored.ts";
import { s3AccessLogged } from "./s3/access-logged.ts";
import { s3AclsOff } from "./s3/acls-off.ts";
import { s3Encrypted } from "./s3/encrypted.ts";
import { s3Lifecycle } from "./s3/lifecycle.ts";
import { s3PublicAccessBlocked } from "./s3/public-access-blocked.ts";
import { s3TlsOnly } from "./s3/tls-only.ts";
import { s3Versioned } from "./s3/versioned.ts";
import { secretsmanagerRecoveryWindow } from "./secretsmanager/recovery-window.ts";
import { sesv2Tls } from "./sesv2/tls.ts";
import { sfnLogging } from "./sfn/logging.ts";
import { snsEncrypted } from "./sns/encrypted.ts";
import { snsNotForEveryone } from "./sns/not-for-everyone.ts";
import { sqsEncrypted } from "./sqs/encrypted.ts";
import { sqsNotForEveryone } from "./sqs/not-for-everyone.ts";
import { ssmSecretParameters } from "./ssm/secret-parameters.ts";
import { tagsRequired } from "./tags/required.ts";
import { wafv2Logging } from "./wafv2/logging.ts";
import { wafv2Metrics } from "./wafv2/metrics.ts";
import { wafv2NotEmpty } from "./wafv2/not-empty.ts";

/** Every rule of the pack, the rollout's own first. */
export const rules: readonly Rule[] = [
  rolloutBlueBeforeGreen,
  rolloutBothColoursExist,
  rolloutDrainOutlastsStop,
  rolloutHealthCheck,
  rolloutNoTargetStickiness,
  rolloutOnePublicRule,
  rolloutShortGroupStickiness,
  rolloutSplitIsTagged,
  rolloutWeightedColourHasTasks,
  rolloutWeightsAreAStep,
  rolloutWeightsAreNotIgnored,
  backupVaultLocked,
  cloudwatchActionsEnabled,
  cloudwatchAlarmActs,
  cloudwatchMissingDataDecided,
  ec2FlowLogs,
  ec2NoAutomaticAddresses,
  ec2NoDefaultGroupRules,
  ec2NoWorldIngress,
  ecrImmutableTags,
  ecrLifecycle,
  ecrScanOnPush,
  ecsContainerInsights,
  ecsImageByDigest,
  ecsLatestPlatform,
  ecsLogConfiguration,
  ecsNoPlainSecrets,
  ecsNoPublicIp,
  ecsNonPrivileged,
  ecsNonRootUser,
  ecsReadOnlyRoot,
  iamNoAdministrator,
  iamNoFullAccess,
  iamNoServiceWildcard,
  kmsNotForEveryone,
  kmsRotation,
  lbAccessLogs,
  lbDeletionProtection,
  lbDesyncMitigation,
  lbFirewall,
  lbHttpOnlyRedirects,
  lbInvalidHeadersDropped,
  lbModernTls,
  lbSeveralZones,
  logsRetention,
  rdsBackupRetention,
  rdsDeletionProtection,
  rdsEnhancedMonitoring,
  rdsFinalSnapshot,
  rdsForceSsl,
  rdsIamAuthentication,
  rdsLogsExported,
  rdsManagedPassword,
  rdsMinorUpgrades,
  rdsMultiAz,
  rdsNotPublic,
  rdsOwnAdministratorName,
  rdsSomeBackups,
  rdsStorageEncrypted,
  rdsTaggedSnapshots,
  s3AccessLogged,
  s3AclsOff,
  s3Encrypted,
  s3Lifecycle,
  s3PublicAccessBlocked,
  s3TlsOnly,
  s3Versioned,
  secretsmanagerRecoveryWindow,
  sesv2Tls,
  sfnLogging,
  snsEncrypted,
  snsNotForEveryone,
  sqsEncrypted,
  sqsNotForEveryone,
  ssmSecretParameters,
  tagsRequired,
  wafv2Logging,
  wafv2Metrics,
  wafv2NotEmpty,
];
