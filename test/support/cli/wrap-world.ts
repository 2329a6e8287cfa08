import type { RolloutWorld } from "../../../cli/world.ts";

/** Makes a call, or does something else instead. @param name such as `aws.readSplit` */
type Around = (name: string, call: () => Promise<unknown>) => Promise<unknown>;

/** A world each of whose calls, as far as a command can wait for them, goes through a function. */
export function wrapWorld(world: RolloutWorld, around: Around): RolloutWorld {
  const wrap = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function" || key === "readConfig" || key === "readStaging") return value;
        return (...words: unknown[]) =>
          around(`${name}.${String(key)}`, async () => await Reflect.apply(value, target, words));
      },
    });
  return {
    ...world,
    stackFile: wrap("stackFile", world.stackFile),
    pulumi: wrap("pulumi", world.pulumi),
    evidence: wrap("evidence", world.evidence),
    repository: wrap("repository", world.repository),
    openAws: (addresses) => wrap("aws", world.openAws(addresses)),
    openTasks: (addresses) => wrap("tasks", world.openTasks(addresses)),
    openTunnel: (addresses) => wrap("tunnel", world.openTunnel(addresses)),
    openFrontend: (frontend) => {
      const port = world.openFrontend(frontend);
      return port === undefined ? undefined : wrap("frontend", port);
    },
    openRescue: async () => wrap("rescue", await world.openRescue()),
  };
}

/** A world whose calls are counted. */
export interface CountedWorld {
  readonly world: RolloutWorld;
  /** Names of the calls so far, in order. */
  readonly calls: readonly string[];
}

export function countCalls(world: RolloutWorld): CountedWorld {
  const calls: string[] = [];
  const counted = wrapWorld(world, (name, call) => {
    calls.push(name);
    return call();
  });
  return { calls, world: counted };
}

/** At which call a run fails, as when the network or the credentials are gone from then on for a moment. */
export interface Failure {
  /** 1 for the run's first call of anything outside of the program. */
  readonly call: number;
  /** `after`: the call was made, and only its answer is lost. */
  readonly when: "before" | "after";
}

/** A world one of whose calls throws. */
export function failAt(world: RolloutWorld, failure: Failure): RolloutWorld {
  let calls = 0;
  return wrapWorld(world, async (_, call) => {
    calls += 1;
    if (calls !== failure.call) return await call();
    if (failure.when === "after") await call();
    throw new Error("AWS: nothing answers: getaddrinfo ENOTFOUND (ENOTFOUND). Check the network, and run it again.");
  });
}

/**
 * A world that is looked at before and after each of its calls, one look at a time. A process that is killed at a call
 * leaves what can be seen then: before it, or after it where only the answer was lost.
 *
 * @param look told of the call, such as `before aws.readSplit`
 */
export function watchCalls(world: RolloutWorld, look: (where: string) => Promise<void>): RolloutWorld {
  let looks = Promise.resolve();
  const lookNext = (where: string) => {
    looks = looks.then(() => look(where));
    return looks;
  };
  return wrapWorld(world, async (name, call) => {
    await lookNext(`before ${name}`);
    const answer = await call();
    await lookNext(`after ${name}`);
    return answer;
  });
}
