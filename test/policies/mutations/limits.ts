/** Mutations of the limits of steps: their alarms, and what returns the traffic there. */
import { eventRule, metricAlarm, stateMachine } from "../../../policies/kinds.ts";
import {
  append,
  type Mutation,
  notCaught,
  outputOf,
  type PlanName,
  production,
  remove,
  set,
  the,
  unset,
} from "./mutation.ts";

const alarmRule = the(eventRule, "candidate-alarm");
const machine = the(stateMachine, "rollback");
const limit5 = the(metricAlarm, "limit-5");
const limit100 = the(metricAlarm, "limit-100");

/** Only production's stack file has limits. */
const limited: readonly PlanName[] = ["production", "production at 25 %", "production after promote"];
const means = "rollout-limit-alarm-means-its-step";
const returns = "rollback-limit-returns-its-step";

export const limitMutations: readonly Mutation[] = [
  remove(limit5, "rollback-alarm-of-the-candidate", limited),
  set(limit5, "alarmActions", [], "cloudwatch-alarm-acts", production),
  set(limit5, "metricQueries[result].expression", "IF(lowest == 10 AND highest == 10, 1, 0)", means, limited),
  set(limit5, "metricQueries[result].expression", "IF(highest == 5 AND highest == 5, 1, 0)", means, production),
  set(limit100, "metricQueries[lowest].metric.stat", "Maximum", means, production),
  set(limit100, "metricQueries[lowest].metric.period", 60, means, production),
  set(limit100, "metricQueries[highest].metric.metricName", "TrafficWeight", means, production),
  set(limit5, "threshold", 0, means, production),
  set(limit5, "comparisonOperator", "LessThanThreshold", means, production),
  set(limit5, "datapointsToAlarm", 1, means, production),
  set(limit5, "treatMissingData", "breaching", means, production),
  set(
    limit5,
    "alarmDescription",
    "Nothing moves by itself.",
    notCaught("What people read of an alarm is for its tests."),
    production,
  ),
  unset(alarmRule, "eventPattern.resources[1]", returns, limited),
  set(
    alarmRule,
    "eventPattern.resources[1]",
    outputOf(the(metricAlarm, "green-weighted")),
    "rollback-alarm-of-the-candidate",
    limited,
  ),
  append(
    alarmRule,
    "eventPattern.resources",
    outputOf(the(metricAlarm, "green-weighted")),
    "rollback-alarm-of-the-candidate",
  ),
  set(machine, "definition.States.WhatStarted.Default", "NothingOut", returns, limited),
  set(machine, "definition.States.WhatStarted.Choices", [], returns, limited),
];
