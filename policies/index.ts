/**
 * The policy pack, run by `pulumi preview --policy-pack policies`. Creating it starts a server that the engine asks, so
 * nothing else imports this file: tests and the in-process planner import the rules.
 */
import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules/index.ts";

new PolicyPack("celebrant-portal", { enforcementLevel: "mandatory", policies: [...rules] });
