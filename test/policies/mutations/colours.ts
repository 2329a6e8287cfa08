/** Mutations of what stands behind the split: the target groups, and the services that register with them. */
import { scalableTarget, service, taskDefinition } from "../../../policies/kinds.ts";
import {
  at25,
  everyPlan,
  type Mutation,
  notCaught,
  outputOf,
  promoted,
  remove,
  set,
  setOption,
  the,
  unset,
} from "./mutation.ts";
import { blue, blueOwn, green, greenOwn } from "./rule-parts.ts";
import { scalingPolicy } from "./types.ts";

const blueService = the(service, "blue");
const greenService = the(service, "green");
const blueScaling = the(scalableTarget, "blue");
const greenScaling = the(scalableTarget, "green");

export const targetGroupMutations: readonly Mutation[] = [
  set(green, "healthCheck.enabled", false, "rollout-health-check"),
  set(blue, "healthCheck.path", "/", "rollout-health-check"),
  unset(blue, "healthCheck.path", "rollout-health-check"),
  unset(green, "healthCheck", "rollout-health-check"),
  set(green, "healthCheck.matcher", "200-499", "rollout-health-means-ok"),
  set(blue, "healthCheck.matcher", "200-599", "rollout-health-means-ok"),
  set(green, "deregistrationDelay", 5, "rollout-drain-outlasts-stop"),
  set(blue, "deregistrationDelay", 0, "rollout-drain-outlasts-stop"),
  set(
    green,
    "stickiness",
    { enabled: true, type: "lb_cookie", cookieDuration: 86_400 },
    "rollout-no-target-stickiness",
  ),
  unset(blue, "stickiness.enabled", "rollout-no-target-stickiness"),
  remove(green, "rollout-both-colours-exist", everyPlan),
  remove(blue, "rollout-both-colours-exist", everyPlan),
  remove(greenOwn, "rollout-candidate-has-own-host", everyPlan),
  remove(blueOwn, "rollout-candidate-has-own-host", everyPlan),
  set(greenOwn, "healthCheck.interval", 60, "rollout-colours-serve-both-hosts"),
  set(greenOwn, "healthCheck.path", "/ready", "rollout-colours-serve-both-hosts"),
  set(blueOwn, "healthCheck.matcher", "200-499", "rollout-health-means-ok"),
  set(blueOwn, "deregistrationDelay", 5, "rollout-drain-outlasts-stop"),
];

export const serviceMutations: readonly Mutation[] = [
  remove(blueService, "rollout-weighted-colour-has-tasks", ["production", "staging", ...at25]),
  remove(greenService, "rollout-weighted-colour-has-tasks", [...at25, ...promoted]),
  set(blueService, "desiredCount", 0, "rollout-weighted-colour-has-tasks"),
  set(greenService, "desiredCount", 0, "rollout-weighted-colour-has-tasks", at25),
  unset(blueService, "desiredCount", "rollout-weighted-colour-has-tasks"),
  set(blueScaling, "minCapacity", 0, "rollout-weighted-colour-has-tasks"),
  set(greenScaling, "minCapacity", 0, "rollout-weighted-colour-has-tasks", [...at25, ...promoted]),
  set(blueScaling, "suspendedState.dynamicScalingInSuspended", false, "rollout-no-scale-in", everyPlan),
  unset(greenScaling, "suspendedState", "rollout-no-scale-in", everyPlan),
  set(blueService, "loadBalancers", [], "rollout-weighted-colour-has-tasks"),
  set(greenService, "loadBalancers[0].targetGroupArn", outputOf(blue), "rollout-colours-do-not-mix"),
  set(greenService, "loadBalancers[1].targetGroupArn", outputOf(blueOwn), "rollout-colours-do-not-mix"),
  set(greenService, "loadBalancers[1].targetGroupArn", outputOf(green), "rollout-colours-serve-both-hosts"),
  set(blueService, "taskDefinition", outputOf(the(taskDefinition, "green")), "rollout-colours-do-not-mix"),
  set(blueService, "taskDefinition", outputOf(the(taskDefinition, "blue-migrate")), "rollout-colours-do-not-mix"),
  unset(greenService, "deploymentCircuitBreaker", "rollout-deployment-rolls-back"),
  set(blueService, "deploymentCircuitBreaker.rollback", false, "rollout-deployment-rolls-back"),
  set(blueService, "deploymentCircuitBreaker.enable", false, "rollout-deployment-rolls-back"),
  set(blueService, "deploymentMinimumHealthyPercent", 0, "rollout-deployment-rolls-back"),
  set(blueService, "waitForSteadyState", false, "rollout-deployment-rolls-back"),
  unset(greenService, "waitForSteadyState", "rollout-deployment-rolls-back"),
  set(
    the(scalingPolicy, "blue-cpu"),
    "targetTrackingScalingPolicyConfiguration.disableScaleIn",
    true,
    notCaught("Tasks that are not taken away cost money and harm nobody."),
  ),
  setOption(blueService, { ignoreChanges: ["taskDefinition"] }, "rollout-release-is-not-ignored"),
  setOption(greenService, { ignoreChanges: ["loadBalancers", "*"] }, "rollout-release-is-not-ignored"),
];
