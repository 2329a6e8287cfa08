import { setTimeout as sleep } from "node:timers/promises";
import { type Colour, colours } from "../../rollout/colour.ts";
import type { BalancerThread } from "./balancer/balancer-thread.ts";
import type { PlannedService } from "./planned-services.ts";
import type { DatabaseLogin } from "./sample-api/api-settings.ts";
import { releaseOfImage } from "./sample-api/sample-image.ts";
import { type SampleApi, startSampleApi } from "./sample-api/start-sample-api.ts";
import type { Traces } from "./traces.ts";

interface Running {
  readonly api: SampleApi;
  readonly targetGroupArn: string;
}

const healthyWithinSeconds = 15;

/** The processes that stand for the planned services: one for each colour that has an image. */
export class Fleet {
  /** Processes that were replaced or retired, and how many of them ended in order. */
  stopped = { all: 0, inOrder: 0 };
  readonly #running = new Map<Colour, Running>();
  readonly #balancer: BalancerThread;
  readonly #database: DatabaseLogin;
  readonly #traces: Traces;

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
   * Makes what runs what is planned, as ECS would: the new process first, in service once healthy; then the old one is
   * drained and asked to end.
   */
  async reconcile(services: readonly PlannedService[]): Promise<void> {
    for (const colour of colours) {
      const planned = services.find((service) => service.colour === colour);
      const before = this.#running.get(colour);
      if (planned !== undefined && before?.api.release === releaseOfImage(planned.image)) continue;
      if (planned !== undefined) await this.#start(planned);
      else this.#running.delete(colour);
      if (before !== undefined) await this.#retire(before);
    }
  }

  /** Ends every process at once, without draining. */
  async stop(): Promise<void> {
    await Promise.all([...this.#running.values()].map(({ api }) => api.stop()));
    this.#running.clear();
  }

  async #start({ colour, image, targetGroupArn, stopTimeoutSeconds, environment }: PlannedService): Promise<void> {
    const release = releaseOfImage(image);
    // Who it logs in as, and where, is what the planned container is told.
    const user = environment["DATABASE_USER"] ?? this.#database.user;
    const name = environment["DATABASE_NAME"] ?? this.#database.database;
    const database = { ...this.#database, user, database: name };
    const api = await startSampleApi({ colour, release, database, stopTimeoutSeconds, faults: {} });
    this.#running.set(colour, { api, targetGroupArn });
    this.#traces.process(api.pid, `${colour} ${release}`);
    this.#traces.port(api.port, `${colour} ${release}`);
    await this.#balancer.registerTarget({ targetGroupArn, port: api.port });
    await this.#healthy(targetGroupArn, api.port);
  }

  async #retire({ api, targetGroupArn }: Running): Promise<void> {
    await this.#balancer.deregisterTarget({ targetGroupArn, port: api.port });
    this.stopped.all++;
    if (await api.stop()) this.stopped.inOrder++;
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
