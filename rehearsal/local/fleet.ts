import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { ApiVariable } from "../../components/api/api-environment.ts";
import { type Container, containersOf } from "../../policies/facts.ts";
import { service, taskDefinition } from "../../policies/kinds.ts";
import { type Colour, colours } from "../../rollout/colour.ts";
import { colourOfTarget } from "../../rollout/split.ts";
import {
  arnOf,
  ofKind,
  type PlannedResource,
  type PlannedStack,
  readInputs,
  readOutput,
} from "../plan/planned-resource.ts";
import type { BalancerThread } from "./balancer/balancer-thread.ts";
import type { DatabaseLogin } from "./database/sql.ts";
import type { Traces } from "./run/traces.ts";
import { releaseOfImage, type SampleApi, startSampleApi } from "./sample-api/sample-api.ts";

/** What one planned ECS service would run. */
export interface PlannedService {
  readonly colour: Colour;
  /** Where its tasks are registered. */
  readonly targetGroupArns: readonly string[];
  /** Image of the container that gets the traffic, by digest. */
  readonly image: string;
  /** Seconds from SIGTERM until the container is killed. */
  readonly stopTimeoutSeconds: number;
  /** PostgreSQL role that the container logs in as. */
  readonly databaseUser: string;
  readonly databaseName: string;
  /** Origins that a browser may call the container from. */
  readonly allowedOrigins: readonly string[];
}

const serviceInputs = z.object({
  taskDefinition: z.string(),
  desiredCount: z.int().optional(),
  loadBalancers: z.array(z.object({ targetGroupArn: z.string(), containerName: z.string() })).min(1),
});

/** ECS on Fargate waits this long when the plan does not say. */
const defaultStopTimeoutSeconds = 30;

/** Reads the services of a plan. A service without desired tasks runs nothing and is left out. */
export function readPlannedServices(plan: PlannedStack): readonly PlannedService[] {
  const { resources } = plan;
  const arnsByHost = [readOutput(plan, "targetGroupArns"), readOutput(plan, "ownHostTargetGroupArns")];
  const colourOf = (arn: string) =>
    arnsByHost.map((arns) => colourOfTarget(arn, arns)).find((colour) => colour !== undefined);
  return ofKind(resources, service).flatMap((planned) => {
    const { desiredCount, loadBalancers, taskDefinition: definitionArn } = readInputs(planned, serviceInputs);
    if (desiredCount === 0) return [];
    const containerName = loadBalancers[0]?.containerName ?? "";
    const targetGroupArns = loadBalancers.map(({ targetGroupArn }) => targetGroupArn);
    const definition = ofKind(resources, taskDefinition).find((candidate) => arnOf(candidate) === definitionArn);
    if (definition === undefined) throw new Error(`${planned.name} runs ${definitionArn}, which is not planned.`);
    const { image, stopTimeout, environment = [] } = readContainer(definition, containerName);
    if (image === undefined) throw new Error(`${definition.name} gives the container "${containerName}" no image.`);
    const variable = (name: ApiVariable) => {
      const value = environment.find((candidate) => candidate.name === name)?.value;
      if (value === undefined) throw new Error(`${definition.name} does not set ${name} for "${containerName}".`);
      return value;
    };
    const [colour, ...others] = new Set(targetGroupArns.map(colourOf));
    if (colour === undefined || others.length > 0) {
      throw new Error(
        `${planned.name} serves ${targetGroupArns.join(" and ")}, which are not one colour's target groups.`,
      );
    }
    return {
      colour,
      targetGroupArns,
      image,
      stopTimeoutSeconds: stopTimeout ?? defaultStopTimeoutSeconds,
      databaseUser: variable("DATABASE_USER"),
      databaseName: variable("DATABASE_NAME"),
      allowedOrigins: z.array(z.string()).parse(JSON.parse(variable("ALLOWED_ORIGINS"))),
    };
  });
}

function readContainer(definition: PlannedResource, name: string): Container {
  const { containerDefinitions } = definition.inputs;
  const containers = containersOf({ containerDefinitions: String(containerDefinitions) });
  const container = containers.find((candidate) => candidate.name === name);
  if (container === undefined) throw new Error(`${definition.name} has no container "${name}".`);
  return container;
}

/** A process that stands for a service's tasks. */
interface Running {
  readonly api: SampleApi;
  readonly planned: PlannedService;
}

const healthyWithinSeconds = 15;

/** The processes that stand for the planned services: one for each colour that has an image. */
export class Fleet {
  /** How many processes were replaced or retired, and how many of them ended by themselves when asked. */
  stopped = { all: 0, inOrder: 0 };
  #requestsOfGone = 0;
  readonly #running = new Map<Colour, Running>();
  readonly #balancer: BalancerThread;
  readonly #database: DatabaseLogin;
  readonly #traces: Traces;

  /** @param database where the processes log in; user and database are those of the planned container */
  constructor(balancer: BalancerThread, database: DatabaseLogin, traces: Traces) {
    this.#balancer = balancer;
    this.#database = database;
    this.#traces = traces;
  }

  api(colour: Colour): SampleApi {
    const running = this.#running.get(colour);
    if (running === undefined) throw new Error(`No ${colour} process is running.`);
    return running.api;
  }

  /**
   * Makes the running processes those that are planned, as ECS would: the new process starts first and becomes healthy,
   * then the old one drains and is asked to end.
   */
  async reconcile(services: readonly PlannedService[]): Promise<void> {
    for (const colour of colours) {
      const planned = services.find((candidate) => candidate.colour === colour);
      const before = this.#running.get(colour);
      if (planned !== undefined && before?.api.release === releaseOfImage(planned.image)) continue;
      if (planned !== undefined) await this.#start(planned);
      else this.#running.delete(colour);
      if (before !== undefined) await this.#retire(before);
    }
  }

  /** Requests that all processes counted themselves, those that are gone included, without health checks. */
  async requestCount(): Promise<number> {
    const counts = await Promise.all([...this.#running.values()].map(({ api }) => api.requestCount()));
    return counts.reduce((sum, count) => sum + count, this.#requestsOfGone);
  }

  /**
   * Replaces a colour's process by another of the same release, as a forced deployment does: the new one starts first and
   * becomes healthy.
   */
  async redeploy(colour: Colour): Promise<void> {
    const before = this.#running.get(colour);
    if (before === undefined) throw new Error(`No ${colour} process is running.`);
    await this.#start(before.planned);
    await this.#retire(before);
  }

  /** Starts a process for each that has ended by itself, as ECS does. @returns the colours that got a new one */
  async replaceEnded(): Promise<readonly Colour[]> {
    const running = [...this.#running.values()];
    const isGone = await Promise.all(
      running.map(({ api }) =>
        api.counts().then(
          () => false,
          () => true,
        ),
      ),
    );
    const ended = running.filter((_, index) => isGone[index]);
    for (const { api, planned } of ended) {
      await this.#deregister(api, planned);
      await this.#start(planned);
    }
    return ended.map(({ planned }) => planned.colour);
  }

  /** Ends every process at once, without draining. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ api }) => api.stop()));
    this.#running.clear();
  }

  async #start(planned: PlannedService): Promise<void> {
    const { colour, image, targetGroupArns, stopTimeoutSeconds, databaseUser, databaseName, allowedOrigins } = planned;
    const release = releaseOfImage(image);
    const database = { ...this.#database, user: databaseUser, database: databaseName };
    const api = await startSampleApi({ colour, release, database, stopTimeoutSeconds, allowedOrigins });
    this.#running.set(colour, { api, planned });
    this.#traces.process(api.pid, `${colour} ${release}`);
    this.#traces.port(api.port, `${colour} ${release}`);
    for (const targetGroupArn of targetGroupArns) {
      await this.#balancer.registerTarget({ targetGroupArn, port: api.port });
    }
    await Promise.all(targetGroupArns.map((targetGroupArn) => this.#healthy(targetGroupArn, api.port)));
  }

  async #retire({ api, planned }: Running): Promise<void> {
    await this.#deregister(api, planned);
    this.stopped.all++;
    this.#requestsOfGone += await api.requestCount();
    if (await api.stop()) this.stopped.inOrder++;
  }

  async #deregister({ port }: SampleApi, { targetGroupArns }: PlannedService): Promise<void> {
    await Promise.all(
      targetGroupArns.map((targetGroupArn) => this.#balancer.deregisterTarget({ targetGroupArn, port })),
    );
  }

  async #healthy(targetGroupArn: string, port: number): Promise<void> {
    const until = Date.now() + healthyWithinSeconds * 1000;
    while (Date.now() < until) {
      const groups = await this.#balancer.status();
      const target = groups.find(({ arn }) => arn === targetGroupArn)?.targets.find((one) => one.port === port);
      if (target?.state === "healthy") return;
      await sleep(20);
    }
    throw new Error(`The process on port ${port} passed no health check within ${healthyWithinSeconds} s.`);
  }
}
