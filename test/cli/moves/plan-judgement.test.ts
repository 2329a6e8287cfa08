import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import { Parameter } from "@pulumi/aws/ssm/parameter.js";
import { expect, it } from "vitest";
import { judgedTypes } from "../../../rollout/names.ts";

it.each([
  ["listenerRule", ListenerRule],
  ["parameter", Parameter],
  ["eventRule", EventRule],
  ["eventTarget", EventTarget],
] as const)("judges a plan by the SDK's own token of %s", (name, resource) => {
  expect(resource.isInstance({ __pulumiType: judgedTypes[name] })).toBe(true);
});
