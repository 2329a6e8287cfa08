import type { GateAws } from "../../../infra/aws/look-at-stage.ts";
import type { Colour } from "../../../rollout/colour.ts";
import { publicPathOf } from "../../../rollout/public-path.ts";
import { readOutput } from "../../plan/planned-resource.ts";
import { readingLocalMetrics } from "./local-cloudwatch.ts";
import type { ScenarioWorld } from "./scenario-world.ts";

/** What AWS would show to the gate: requests by the program's own questions, the rest from what runs here. */
export function awsOf(world: Omit<ScenarioWorld, "aws">): GateAws {
  const { alarms, balancer, config, program, rollback } = world;
  const now = () => program.now;
  const tasksOf = (colour: Colour) => world.faultOf(colour).tasks ?? config.api.minTasks;
  return {
    ...readingLocalMetrics(program.plan, rollback.metrics, now),
    async readTargets(colour) {
      const groupArn = readOutput(program.plan, "targetGroupArns")[colour];
      const targets = (await balancer.status()).find(({ arn }) => arn === groupArn)?.targets ?? [];
      const isHealthy = targets.some(({ state }) => state === "healthy");
      // One process stands for all tasks of a service.
      return isHealthy ? { healthy: tasksOf(colour), notHealthy: 0 } : { healthy: 0, notHealthy: tasksOf(colour) };
    },
    async readServices() {
      const arns = readOutput(program.plan, "taskDefinitionArns");
      const stateOf = (colour: Colour) => {
        const taskDefinitionArn = arns[colour];
        if (taskDefinitionArn === null) return null;
        const { deploying } = world.faultOf(colour);
        const desiredTasks = tasksOf(colour);
        const runningTasks = deploying ? desiredTasks - 1 : desiredTasks;
        return {
          taskDefinitionArn,
          rollout: deploying ? ("IN_PROGRESS" as const) : ("COMPLETED" as const),
          runningTasks,
          desiredTasks,
        };
      };
      return { blue: stateOf("blue"), green: stateOf("green") };
    },
    async readPublicPath() {
      const current = await balancer.current();
      if (current === undefined) throw new Error("The balancer has no routes.");
      const rules = current.routes.routes.map(({ arn, hosts }, index) => ({
        arn,
        priority: 10 * (index + 1),
        conditions: [{ field: "host-header", values: hosts, regexes: [] }],
        stickySeconds: null,
      }));
      const path = publicPathOf(rules, readOutput(program.plan, "publicRuleArn"), config.hosts.api);
      if (path === undefined) throw new Error("The balancer has no public rule.");
      return path;
    },
    async readAlarms(candidate) {
      const watched = readOutput(program.plan, "watchedAlarmNames");
      return { alarms: alarms.statesAt(program.now.getTime(), [...watched[candidate], ...watched.shared]) };
    },
  };
}
