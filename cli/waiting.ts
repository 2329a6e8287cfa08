/** Milliseconds after which a person is told that something is waited for, and between two such lines. */
const firstAfter = 1500;
const againAfter = 15_000;

/**
 * A port whose calls tell a person that they are waited for, where one takes longer than a moment. Nobody should wonder
 * whether a rollback hangs.
 *
 * @param whose who is waited for: `AWS`
 */
export function tellWaiting<Port extends object>(port: Port, whose: string, say: (line: string) => void): Port {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value !== "function") return value;
      return (...words: unknown[]) => {
        const result: unknown = Reflect.apply(value, target, words);
        return result instanceof Promise ? told(result, whose, say) : result;
      };
    },
  });
}

async function told<T>(result: Promise<T>, whose: string, say: (line: string) => void): Promise<T> {
  const startedAt = performance.now();
  let timer = setTimeout(function tell() {
    say(`Waiting for ${whose}, for ${Math.round((performance.now() - startedAt) / 1000)} s so far`);
    timer = setTimeout(tell, againAfter);
  }, firstAfter);
  try {
    return await result;
  } finally {
    clearTimeout(timer);
  }
}
