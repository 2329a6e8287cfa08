/**
 * The policy pack, run by `pulumi preview --policy-pack policies`. Creating it starts a server that the engine asks, so
 * nothing else imports this file: tests and the in-process planner import the rules.
 */

import { PolicyPack } from "@pulumi/policy";
import { getStack } from "@pulumi/pulumi/metadata.js";
import { service } from "../service.ts";
import { enforcementIn } from "./rule.ts";
import { rules } from "./rules/index.ts";

// The engine starts the pack anew for each stack, and names the stack.
const stack = getStack();

new PolicyPack(service.project, {
  enforcementLevel: "mandatory",
  policies: rules.map((rule) => ({ ...rule, enforcementLevel: enforcementIn(rule, stack) })),
});
