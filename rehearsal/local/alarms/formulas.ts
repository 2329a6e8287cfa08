import { TokenReader } from "../../../policies/token-reader.ts";

/** The state of an alarm. */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** Values of the metrics by their ids; undefined where a metric reported nothing. */
type MetricValues = Readonly<Record<string, number | undefined>>;

/**
 * The value of an expression in one period; undefined where CloudWatch would have no data point.
 *
 * @param all every period of a call that asks for a stretch of time. An alarm has none
 */
export type MetricMath = (values: MetricValues, all?: readonly MetricValues[]) => number | undefined;

/** A part of an expression whose metrics all have values. As in CloudWatch, true is 1 and false is 0. */
type Term = (values: MetricValues, all: readonly MetricValues[]) => number;

const mathToken = /\d+(?:\.\d+)?|[A-Za-z][A-Za-z0-9_]*|<=|>=|==|!=|&&|\|\||[-+*/(),<>]/g;

const comparisons: Readonly<Record<string, (one: number, other: number) => boolean>> = {
  "<": (one, other) => one < other,
  "<=": (one, other) => one <= other,
  ">": (one, other) => one > other,
  ">=": (one, other) => one >= other,
  "==": (one, other) => one === other,
  "!=": (one, other) => one !== other,
};

/**
 * Reads metric math that consists of arithmetic, comparisons, AND, OR, IF, and FILL of a metric with a number. The planned
 * alarms use no more.
 *
 * The expression has no value when a metric that it does not fill up has none, or when it divides by zero.
 *
 * @param ids the metrics that the expression may name
 * @param isOverTime whether it may also have `SUM`, `MIN(RUNNING_SUM(...))` and `TIME_SERIES`, which CloudWatch advises
 *   against in alarms
 * @throws {Error} naming what is not modelled
 * @see CloudWatch User Guide, "Using math expressions with CloudWatch metrics"
 */
export function readMetricMath(text: string, ids: readonly string[], isOverTime = false): MetricMath {
  const reader = new TokenReader("metric math", "rehearsal/local/alarms/formulas.ts", text, mathToken);
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
    return (...given) => Number(compare(left(...given), right(...given)));
  }
  function sum(): Term {
    let left = product();
    for (let sign = reader.takeOne("+", "-"); sign !== undefined; sign = reader.takeOne("+", "-")) {
      const [one, other, factor] = [left, product(), sign === "+" ? 1 : -1];
      left = (...given) => one(...given) + factor * other(...given);
    }
    return left;
  }
  function product(): Term {
    let left = single();
    for (let sign = reader.takeOne("*", "/"); sign !== undefined; sign = reader.takeOne("*", "/")) {
      const [one, other, times] = [left, single(), sign === "*"];
      left = (...given) => (times ? one(...given) * other(...given) : one(...given) / other(...given));
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
    if (reader.takeOne("(") !== undefined) {
      if (next === "IF") return choice();
      if (next === "FILL") return filled();
      if (isOverTime && next === "SUM") return total();
      if (isOverTime && next === "MIN") return lowestSum();
      return isOverTime && next === "TIME_SERIES" ? only() : reader.refuse(`calls ${next}`);
    }
    const id = knownId(next);
    named.add(id);
    return (values) => values[id] ?? Number.NaN;
  }
  function knownId(text: string): string {
    return ids.includes(text) ? text : reader.refuse(`names "${text}"`);
  }
  /** What is filled up may be missing, so it is not among the metrics that must have a value. */
  function filled(): Term {
    const id = knownId(reader.take());
    reader.expect(",");
    const text = reader.take();
    if (!/^\d/.test(text)) reader.refuse(`fills up with ${text}`);
    reader.expect(")");
    return (values) => values[id] ?? Number(text);
  }
  /** One number for the whole time: the same in each period. */
  function total(): Term {
    const part = only();
    return (_values, all) => all.reduce((sum, each) => sum + part(each, all), 0);
  }
  /** The lowest of the sums from the first period up to each: one number for the whole time. */
  function lowestSum(): Term {
    reader.expect("RUNNING_SUM");
    reader.expect("(");
    const part = only();
    reader.expect(")");
    return (_values, all) => {
      let [sum, lowest] = [0, Number.POSITIVE_INFINITY];
      for (const each of all) {
        sum += part(each, all);
        lowest = Math.min(lowest, sum);
      }
      return lowest;
    };
  }
  function only(): Term {
    const part = either();
    reader.expect(")");
    return part;
  }
  function choice(): Term {
    const condition = either();
    reader.expect(",");
    const then = either();
    reader.expect(",");
    const otherwise = either();
    reader.expect(")");
    return (...given) => (condition(...given) === 0 ? otherwise(...given) : then(...given));
  }

  const whole = either();
  reader.end();
  return (values, all = []) => {
    for (const id of named) if (values[id] === undefined) return undefined;
    const value = whole(values, all);
    return Number.isFinite(value) ? value : undefined;
  };
}

function logical(one: Term, other: Term, join: (one: boolean, other: boolean) => boolean): Term {
  return (...given) => Number(join(one(...given) !== 0, other(...given) !== 0));
}
