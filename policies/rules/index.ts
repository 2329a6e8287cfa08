import type { Rule } from "../rule.ts";
import { accountRules } from "./accounts.ts";
import { alarmRules } from "./alarms.ts";
import { backupRules } from "./backup.ts";
import { chatRules } from "./chats.ts";
import { colourAlarmRules } from "./colour-alarms.ts";
import { isolationRules } from "./container-isolation.ts";
import { settingRules } from "./container-settings.ts";
import { imageRules, serviceRules, taskRules } from "./containers.ts";
import { dataProtectionRules } from "./data-protection.ts";
import { firewallRules } from "./firewall.ts";
import { firewallLogRules } from "./firewall-logs.ts";
import { frontendRules } from "./frontend.ts";
import { loadBalancerRules } from "./load-balancing.ts";
import { logRules } from "./logs.ts";
import { mailAndNameRules } from "./mail-and-names.ts";
import { networkRules } from "./network.ts";
import { rangeRules } from "./network-ranges.ts";
import { routeRules } from "./network-routes.ts";
import { tierRules } from "./network-tiers.ts";
import { noticeRules } from "./notices.ts";
import { observabilityRules } from "./observability.ts";
import { originPullRules } from "./origin-pulls.ts";
import { permissionRules } from "./permissions.ts";
import { principalRules } from "./principals.ts";
import { protectionRules } from "./protection.ts";
import { rdsRules } from "./rds.ts";
import { rdsChangeRules } from "./rds-changes.ts";
import { readableRules } from "./readable.ts";
import { rollbackMachineRules } from "./rollback-machine.ts";
import { rollbackParameterRules } from "./rollback-parameters.ts";
import { rollbackRightsRules } from "./rollback-rights.ts";
import { rollbackStartRules } from "./rollback-start.ts";
import { colourRules } from "./rollout-colours.ts";
import { hostRules } from "./rollout-hosts.ts";
import { limitRules } from "./rollout-limits.ts";
import { publicRuleRules } from "./rollout-public-rule.ts";
import { rolloutServiceRules } from "./rollout-services.ts";
import { s3Rules } from "./s3.ts";
import { secretRules } from "./secrets.ts";
import { tagRules } from "./tags.ts";
import { taskRoleRules } from "./task-roles.ts";
import { typeRules } from "./types.ts";

/** Every rule of the pack, the rollout's own first. */
export const rules: readonly Rule[] = [
  ...publicRuleRules,
  ...hostRules,
  ...colourRules,
  ...rolloutServiceRules,
  ...rollbackStartRules,
  ...rollbackMachineRules,
  ...rollbackParameterRules,
  ...rollbackRightsRules,
  ...limitRules,
  ...networkRules,
  ...rangeRules,
  ...tierRules,
  ...routeRules,
  ...loadBalancerRules,
  ...originPullRules,
  ...firewallRules,
  ...firewallLogRules,
  ...imageRules,
  ...taskRules,
  ...isolationRules,
  ...settingRules,
  ...serviceRules,
  ...rdsRules,
  ...rdsChangeRules,
  ...s3Rules,
  ...permissionRules,
  ...principalRules,
  ...accountRules,
  ...taskRoleRules,
  ...readableRules,
  ...dataProtectionRules,
  ...observabilityRules,
  ...colourAlarmRules,
  ...alarmRules,
  ...noticeRules,
  ...chatRules,
  ...logRules,
  ...backupRules,
  ...protectionRules,
  ...secretRules,
  ...mailAndNameRules,
  ...frontendRules,
  ...typeRules,
  ...tagRules,
];
