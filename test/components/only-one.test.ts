import { expect, it } from "vitest";
import { ImageRegistry } from "../../components/api/image-registry.ts";
import { Database } from "../../components/database/database.ts";
import { WebAcl } from "../../components/edge/web-acl.ts";
import { planProgram, testName, testTags } from "../support/plan-component.ts";
import { productionArgs } from "./database/database-fixture.ts";
import { recordOptions } from "./database/recorded-options.ts";

/** What the provider replaces whenever it changes, and what AWS knows only by the resource that it belongs to. */
const singletons = [
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "aws:wafv2/webAclAssociation:WebAclAssociation",
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
];

it.each(singletons)("%s outlives its own change: the old one is deleted first", async (type) => {
  const recorded = recordOptions();
  const opts = { transformations: [recorded.transformation] };
  const plan = await planProgram(() => {
    new Database(testName, productionArgs, opts);
    new ImageRegistry(testName, { tags: testTags, destroyable: false }, opts);
    new WebAcl(
      testName,
      {
        loadBalancerArn: "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:loadbalancer/app/portal/1",
        requestsPerFiveMinutes: 2000,
        loginRequestsPerFiveMinutes: 50,
        loginPathPrefixes: ["/api/v1/auth/login"],
        candidateHost: "api-v2.celebrant-portal.com",
        candidateHostRequestsPerFiveMinutes: 2000,
        candidateHostAllowedRanges: [],
        logRetentionDays: 90,
        tags: testTags,
      },
      opts,
    );
    return {};
  });
  expect(recorded.optionsOf(type, plan.only(type).name).deleteBeforeReplace).toBe(true);
});
