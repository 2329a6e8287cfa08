import type { MessagePort, Worker } from "node:worker_threads";

/** Functions that one thread offers to another. Each has at most one argument; argument and result can be cloned. */
export type Calls = Readonly<Record<string, (argument: never) => unknown>>;

/** The same functions as the other thread calls them. */
export type RemoteCalls<Offered extends Calls> = {
  readonly [Name in keyof Offered]: (
    ...argument: Parameters<Offered[Name]>
  ) => Promise<Awaited<ReturnType<Offered[Name]>>>;
};

interface Question {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

type Reply = { readonly id: number; readonly result: unknown } | { readonly id: number; readonly error: string };

/** Answers the calls of the other thread. */
export function answerCalls(port: MessagePort, offered: Calls): void {
  port.on("message", async ({ id, name, argument }: Question) => {
    try {
      const result = await offered[name]?.(argument as never);
      port.postMessage({ id, result } satisfies Reply);
    } catch (error) {
      port.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies Reply);
    }
  });
}

/**
 * Makes the functions that a worker offers callable here.
 *
 * @returns functions whose promises reject with the worker's error, or when the worker ends before it answers
 */
export function callsTo<Offered extends Calls>(
  worker: Worker,
  names: readonly (keyof Offered & string)[],
): RemoteCalls<Offered> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let lastId = 0;
  worker.on("message", (reply: Reply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ("error" in reply) call?.reject(new Error(reply.error));
    else call?.resolve(reply.result);
  });
  const rejectAll = (error: Error) => {
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  };
  worker.once("error", rejectAll);
  worker.once("exit", () => rejectAll(new Error("The worker thread ended before it answered.")));

  const ask = async (name: string, argument: unknown): Promise<unknown> => {
    const id = ++lastId;
    const call = Promise.withResolvers<unknown>();
    waiting.set(id, call);
    worker.postMessage({ id, name, argument } satisfies Question);
    return await call.promise;
  };
  const calls = names.map((name) => [name, (argument: unknown) => ask(name, argument)] as const);
  return Object.fromEntries(calls) as unknown as RemoteCalls<Offered>;
}
