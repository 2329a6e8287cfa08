import { describe, expect, it } from "vitest";
import schema from "../../docs/config.schema.json" with { type: "json" };
import type { Rule } from "../../policies/rule.ts";
import { rules } from "../../policies/rules/index.ts";
import { judgePlan } from "../../rehearsal/plan/policy-findings.ts";
import { accountCases } from "./fixtures/accounts.ts";
import { backupCases } from "./fixtures/backup.ts";
import { chatCases } from "./fixtures/chats.ts";
import { colourAlarmCases } from "./fixtures/colour-alarms.ts";
import { isolationCases } from "./fixtures/container-isolation.ts";
import { settingCases } from "./fixtures/container-settings.ts";
import { containerCases } from "./fixtures/containers.ts";
import { dataProtectionCases } from "./fixtures/data-protection.ts";
import { firewallCases } from "./fixtures/firewall.ts";
import { frontendCases } from "./fixtures/frontend.ts";
import { loadBalancerCases } from "./fixtures/load-balancing.ts";
import { logCases } from "./fixtures/logs.ts";
import { mailAndNameCases } from "./fixtures/mail-and-names.ts";
import { networkCases } from "./fixtures/network.ts";
import { rangeCases } from "./fixtures/network-ranges.ts";
import { routeCases } from "./fixtures/network-routes.ts";
import { tierCases } from "./fixtures/network-tiers.ts";
import { observabilityCases } from "./fixtures/observability.ts";
import { originPullCases } from "./fixtures/origin-pulls.ts";
import { permissionCases } from "./fixtures/permissions.ts";
import type { RuleCases } from "./fixtures/planned.ts";
import { principalCases } from "./fixtures/principals.ts";
import { protectionCases } from "./fixtures/protection.ts";
import { rdsCases } from "./fixtures/rds.ts";
import { rdsChangeCases } from "./fixtures/rds-changes.ts";
import { readableCases } from "./fixtures/readable.ts";
import { rollbackCases } from "./fixtures/rollback.ts";
import { colourCases } from "./fixtures/rollout-colours.ts";
import { hostCases } from "./fixtures/rollout-hosts.ts";
import { limitCases } from "./fixtures/rollout-limits.ts";
import { publicRuleCases } from "./fixtures/rollout-public-rule.ts";
import { rolloutServiceCases } from "./fixtures/rollout-services.ts";
import { s3Cases } from "./fixtures/s3.ts";
import { secretCases } from "./fixtures/secrets.ts";
import { tagCases } from "./fixtures/tags.ts";
import { taskRoleCases } from "./fixtures/task-roles.ts";
import { typeCases } from "./fixtures/types.ts";
import { watchingCases } from "./fixtures/watching.ts";

const cases: readonly RuleCases[] = [
  ...publicRuleCases,
  ...hostCases,
  ...colourCases,
  ...rolloutServiceCases,
  ...rollbackCases,
  ...limitCases,
  ...networkCases,
  ...rangeCases,
  ...tierCases,
  ...routeCases,
  ...loadBalancerCases,
  ...originPullCases,
  ...firewallCases,
  ...containerCases,
  ...isolationCases,
  ...settingCases,
  ...rdsCases,
  ...rdsChangeCases,
  ...s3Cases,
  ...permissionCases,
  ...principalCases,
  ...accountCases,
  ...taskRoleCases,
  ...readableCases,
  ...dataProtectionCases,
  ...observabilityCases,
  ...colourAlarmCases,
  ...watchingCases,
  ...chatCases,
  ...logCases,
  ...backupCases,
  ...protectionCases,
  ...secretCases,
  ...mailAndNameCases,
  ...frontendCases,
  ...typeCases,
  ...tagCases,
];

function ruleNamed(policy: string): Rule {
  const found = rules.find(({ name }) => name === policy);
  if (found === undefined) throw new Error(`The pack has no policy ${policy}.`);
  return found;
}

describe.each(cases)("$policy", ({ policy, passes, fails }) => {
  const rule = ruleNamed(policy);

  it.each(Object.entries(passes))("passes: %s", (_label, plan) => {
    expect(plan.some(({ type }) => rule.tokens.includes(type))).toBe(true);
    expect(judgePlan(plan, [rule])).toEqual([]);
  });

  it.each(Object.entries(fails))("finds: %s", (_label, { plan, messages }) => {
    const findings = judgePlan(plan, [rule]);
    expect(findings.map(({ message }) => message)).toEqual(messages);
    for (const finding of findings) {
      expect(finding).toMatchObject({ policy, enforcementLevel: "mandatory" });
      expect(plan.map(({ urn }) => urn)).toContain(finding.urn);
    }
  });
});

it("has a passing and a failing fixture for every rule of the pack", () => {
  const complete = cases.filter(({ passes, fails }) => Object.keys(passes).length > 0 && Object.keys(fails).length > 0);
  expect(complete.map(({ policy }) => policy).sort()).toEqual(rules.map(({ name }) => name).sort());
});

it("sends the reader to config keys that exist", () => {
  const config: Record<string, { description?: string; properties?: object }> = schema.properties.config.properties;
  const messages = cases.flatMap(({ fails }) => Object.values(fails).flatMap((fail) => fail.messages));
  const pairs = messages.flatMap((message) => [...message.matchAll(/(?<![\w.])([a-z]\w*)\.([a-z]\w*)/g)]);
  const named = pairs.flatMap(([whole, block, key = ""]) => {
    const keys = config[`celebrant-portal:${block}`]?.properties;
    return keys === undefined ? [] : [{ whole, exists: key in keys }];
  });
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter(({ exists }) => !exists).map(({ whole }) => whole)).toEqual([]);
});
