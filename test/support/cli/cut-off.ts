import type { RolloutWorld } from "../../../cli/world.ts";

/** At which call a run is cut off, and how. */
export interface CutOff {
  /** 1 for the run's first call of anything outside of the program. */
  readonly call: number;
  /**
   * `killed`: the call never comes back, and nothing after it happens, as when the process is ended there; whatever else
   * was under way goes on. `failed`: it throws, as when the network or the credentials are gone.
   */
  readonly how: "killed" | "failed";
  /** Whether the call was made, and only its answer is lost. */
  readonly when: "before" | "after";
}

/** A world whose calls are counted, and cut off at one of them. */
export interface CutOffWorld {
  readonly world: RolloutWorld;
  /** Names of the calls so far, in order. */
  readonly calls: readonly string[];
  /** Resolves when a killed run has reached its end. */
  readonly killed: Promise<void>;
}

/** Wraps every call that a command can wait for. Without a cut-off the calls are only counted. */
export function cutOffWorld(world: RolloutWorld, cut?: CutOff): CutOffWorld {
  const calls: string[] = [];
  const { promise: killed, resolve: kill } = Promise.withResolvers<void>();
  const end = (): Promise<never> => {
    if (cut?.how === "failed") {
      throw new Error("AWS: nothing answers: getaddrinfo ENOTFOUND (ENOTFOUND). Check the network, and run it again.");
    }
    kill();
    return new Promise(() => {});
  };
  const wrap = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function" || key === "readConfig") return value;
        return async (...words: unknown[]) => {
          const call = calls.push(`${name}.${String(key)}`);
          if (call === cut?.call && cut.when === "before") await end();
          const answer: unknown = await Reflect.apply(value, target, words);
          if (call === cut?.call && cut.when === "after") await end();
          return answer;
        };
      },
    });
  return {
    calls,
    killed,
    world: {
      ...world,
      stackFile: wrap("stackFile", world.stackFile),
      pulumi: wrap("pulumi", world.pulumi),
      evidence: wrap("evidence", world.evidence),
      repository: wrap("repository", world.repository),
      openAws: (addresses) => wrap("aws", world.openAws(addresses)),
      openTasks: (addresses) => wrap("tasks", world.openTasks(addresses)),
      openRescue: async () => wrap("rescue", await world.openRescue()),
    },
  };
}
