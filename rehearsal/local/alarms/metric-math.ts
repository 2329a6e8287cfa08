import { TokenReader } from "./token-reader.ts";

/** Values of the metrics by their ids; undefined where a metric reported nothing. */
type MetricValues = Readonly<Record<string, number | undefined>>;

/** An expression that was read: its value for one period, undefined where CloudWatch would have no data point. */
export type MetricMath = (values: MetricValues) => number | undefined;

/** Arithmetic on values that are all there. Truth is 1, falsehood 0, as CloudWatch has it. */
type Term = (values: Readonly<Record<string, number>>) => number;

const token = /\d+(?:\.\d+)?|[A-Za-z][A-Za-z0-9_]*|<=|>=|==|!=|&&|\|\||[-+*/(),<>]/g;

const comparisons: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  "<": (one, other) => one < other,
  "<=": (one, other) => one <= other,
  ">": (one, other) => one > other,
  ">=": (one, other) => one >= other,
  "==": (one, other) => one === other,
  "!=": (one, other) => one !== other,
};

/**
 * Reads the metric math that the alarms are planned with: arithmetic, comparisons, AND, OR and IF on single values.
 *
 * A metric without data leaves the expression without data, and so does a division by zero.
 *
 * @param ids what the expression may name
 * @throws {Error} naming what is not understood
 * @see CloudWatch User Guide, "Using math expressions with CloudWatch metrics"
 */
export function readMetricMath(text: string, ids: readonly string[]): MetricMath {
  const reader = new TokenReader("metric math", text, token);
  const named = new Set<string>();

  function either(): Term {
    let left = both();
    while (reader.takeOne("OR", "||") !== undefined) left = logical(left, both(), (one, other) => one || other);
    return left;
  }
  function both(): Term {
    let left = compared();
    while (reader.takeOne("AND", "&&") !== undefined) left = logical(left, compared(), (one, other) => one && other);
    return left;
  }
  function compared(): Term {
    const left = sum();
    const compare = comparisons[reader.takeOne(...Object.keys(comparisons)) ?? ""];
    if (compare === undefined) return left;
    const right = sum();
    return (values) => Number(compare(left(values), right(values)));
  }
  function sum(): Term {
    let left = product();
    for (let sign = reader.takeOne("+", "-"); sign !== undefined; sign = reader.takeOne("+", "-")) {
      const [one, other, factor] = [left, product(), sign === "+" ? 1 : -1];
      left = (values) => one(values) + factor * other(values);
    }
    return left;
  }
  function product(): Term {
    let left = single();
    for (let sign = reader.takeOne("*", "/"); sign !== undefined; sign = reader.takeOne("*", "/")) {
      const [one, other, times] = [left, single(), sign === "*"];
      left = (values) => (times ? one(values) * other(values) : one(values) / other(values));
    }
    return left;
  }
  function single(): Term {
    if (reader.takeOne("(") !== undefined) {
      const inner = either();
      reader.expect(")");
      return inner;
    }
    const next = reader.take();
    if (/^\d/.test(next)) return () => Number(next);
    if (reader.takeOne("(") !== undefined) return next === "IF" ? choice() : reader.refuse(`calls ${next}`);
    if (!ids.includes(next)) reader.refuse(`names "${next}"`);
    named.add(next);
    return (values) => values[next] ?? Number.NaN;
  }
  function choice(): Term {
    const condition = either();
    reader.expect(",");
    const then = either();
    reader.expect(",");
    const otherwise = either();
    reader.expect(")");
    return (values) => (condition(values) === 0 ? otherwise(values) : then(values));
  }

  const whole = either();
  reader.end();
  return (values) => {
    const known = Object.entries(values).filter((entry): entry is [string, number] => entry[1] !== undefined);
    const byId = Object.fromEntries(known);
    if ([...named].some((id) => byId[id] === undefined)) return undefined;
    const value = whole(byId);
    return Number.isFinite(value) ? value : undefined;
  };
}

function logical(one: Term, other: Term, join: (one: boolean, other: boolean) => boolean): Term {
  return (values) => Number(join(one(values) !== 0, other(values) !== 0));
}
