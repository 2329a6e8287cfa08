import { addedRuleMutations } from "./added-rules.ts";
import { balancerMutations, firewallMutations, listenerMutations } from "./balancer-and-firewall.ts";
import { chatMutations } from "./chats.ts";
import { serviceMutations, targetGroupMutations } from "./colours.ts";
import { clusterMutations, imageMutations, taskMutations, writtenMutations } from "./containers.ts";
import { backupMutations, instanceMutations, parameterMutations } from "./database.ts";
import {
  conditionMutations,
  documentMutations,
  keyMutations,
  rightsMutations,
  sharedMutations,
  trustMutations,
} from "./identity.ts";
import { limitMutations } from "./limits.ts";
import { candidateRuleMutations, publicRuleMutations } from "./listener-rules.ts";
import type { Mutation } from "./mutation.ts";
import { endpointMutations, otherWayMutations, routeMutations, securityGroupMutations } from "./network.ts";
import { originPullMutations } from "./origin-pulls.ts";
import { alarmStartsRollbackMutations, latchMutations, machineMutations, minuteCheckMutations } from "./rollback.ts";
import { frontendMutations, mailMutations, nameMutations, secretMutations } from "./secrets-and-names.ts";
import { bucketMutations } from "./storage.ts";
import { tagMutations } from "./tags.ts";
import { alarmMutations, logMutations, noticeMutations } from "./watching.ts";

/** The whole table, by theme. */
export const mutations: Readonly<Record<string, readonly Mutation[]>> = {
  "the public rule": publicRuleMutations,
  "the candidate's rule": candidateRuleMutations,
  "added rules and listeners": addedRuleMutations,
  "target groups": targetGroupMutations,
  services: serviceMutations,
  "the alarm that starts the rollback": alarmStartsRollbackMutations,
  "the check each minute": minuteCheckMutations,
  "the rollback's machine": machineMutations,
  "the limits of steps": limitMutations,
  "latch and address": latchMutations,
  alarms: alarmMutations,
  notices: noticeMutations,
  chats: chatMutations,
  logs: logMutations,
  "load balancer": balancerMutations,
  listeners: listenerMutations,
  "origin pulls": originPullMutations,
  firewall: firewallMutations,
  images: imageMutations,
  tasks: taskMutations,
  "what tasks are told": writtenMutations,
  "cluster and services": clusterMutations,
  "database instance": instanceMutations,
  "database parameters": parameterMutations,
  backups: backupMutations,
  buckets: bucketMutations,
  "rights of roles": rightsMutations,
  conditions: conditionMutations,
  "policy documents elsewhere": documentMutations,
  "trust in roles": trustMutations,
  keys: keyMutations,
  "topic and queue": sharedMutations,
  "security groups": securityGroupMutations,
  "other ways in and out": otherWayMutations,
  routes: routeMutations,
  endpoints: endpointMutations,
  secrets: secretMutations,
  mail: mailMutations,
  names: nameMutations,
  frontend: frontendMutations,
  tags: tagMutations,
};
