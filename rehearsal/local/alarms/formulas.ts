/** The state of an alarm. */
export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** The rule of a composite alarm. */
export interface CompositeRule {
  /** The alarms that it names. */
  readonly alarmNames: readonly string[];
  /** Whether the composite alarm is in ALARM, given the states of the alarms that it names. */
  readonly holds: (stateOf: (alarmName: string) => AlarmState) => boolean;
}

type Part = CompositeRule["holds"];

/**
 * Reads a composite alarm's rule that consists of `ALARM("name")`, AND, OR and parentheses. The plan uses no more.
 *
 * @throws {Error} naming what is not modelled
 * @see CloudWatch API Reference, "PutCompositeAlarm", AlarmRule: AND binds tighter than OR
 */
export function readCompositeRule(text: string): CompositeRule {
  const reader = new TokenReader("alarm rule", text, /"[^"]*"|[A-Z_]+|[()]/g);
  const alarmNames: string[] = [];

  function either(): Part {
    const parts = [both()];
    while (reader.takeOne("OR") !== undefined) parts.push(both());
    return (stateOf) => parts.some((part) => part(stateOf));
  }
  function both(): Part {
    const parts = [single()];
    while (reader.takeOne("AND") !== undefined) parts.push(single());
    return (stateOf) => parts.every((part) => part(stateOf));
  }
  function single(): Part {
    if (reader.takeOne("(") !== undefined) {
      const inner = either();
      reader.expect(")");
      return inner;
    }
    const word = reader.take();
    if (word !== "ALARM") reader.refuse(`asks for ${word}`);
    reader.expect("(");
    const quoted = reader.take();
    if (!quoted.startsWith('"')) reader.refuse(`names ${quoted} without quotation marks`);
    reader.expect(")");
    const name = quoted.slice(1, -1);
    alarmNames.push(name);
    return (stateOf) => stateOf(name) === "ALARM";
  }

  const holds = either();
  reader.end();
  return { alarmNames, holds };
}

/** Values of the metrics by their ids; undefined where a metric reported nothing. */
type MetricValues = Readonly<Record<string, number | undefined>>;

/** The value of an expression in one period; undefined where CloudWatch would have no data point. */
export type MetricMath = (values: MetricValues) => number | undefined;

/** A part of an expression whose metrics all have values. As in CloudWatch, true is 1 and false is 0. */
type Term = (values: Readonly<Record<string, number>>) => number;

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
 * @throws {Error} naming what is not modelled
 * @see CloudWatch User Guide, "Using math expressions with CloudWatch metrics"
 */
export function readMetricMath(text: string, ids: readonly string[]): MetricMath {
  const reader = new TokenReader("metric math", text, mathToken);
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
    if (reader.takeOne("(") !== undefined) {
      if (next === "IF") return choice();
      return next === "FILL" ? filled() : reader.refuse(`calls ${next}`);
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

/** Reads a short formula token by token. */
class TokenReader {
  readonly #what: string;
  readonly #text: string;
  readonly #tokens: readonly string[];
  #at = 0;

  /**
   * @param what names the formula in errors, such as `metric math`
   * @param token matches one token. Between tokens there may only be white space
   * @throws {Error} naming the first character that is not part of a token
   */
  constructor(what: string, text: string, token: RegExp) {
    this.#what = what;
    this.#text = text;
    const unknown = text.replace(token, " ").trim()[0];
    if (unknown !== undefined) this.refuse(`has "${unknown}"`);
    this.#tokens = text.match(token) ?? [];
  }

  /** Takes the next token if it is one of `wanted`. @returns the token, or undefined where it is another one */
  takeOne(...wanted: readonly string[]): string | undefined {
    const next = this.#tokens[this.#at];
    if (next === undefined || !wanted.includes(next)) return undefined;
    this.#at++;
    return next;
  }

  /** Takes the next token, whatever it is. @throws {Error} at the end of the text */
  take(): string {
    const next = this.#tokens[this.#at];
    if (next === undefined) return this.refuse("ends too early");
    this.#at++;
    return next;
  }

  /** Takes one certain token. @throws {Error} where the next token is another one */
  expect(wanted: string): void {
    if (this.takeOne(wanted) === undefined) this.refuse(`has no "${wanted}" where one is needed`);
  }

  /** @throws {Error} where tokens are left */
  end(): void {
    if (this.#at < this.#tokens.length) this.refuse(`goes on with "${this.#tokens[this.#at]}"`);
  }

  /** @throws {Error} always, because a rehearsal that guessed the meaning would prove nothing */
  refuse(why: string): never {
    throw new Error(
      `The ${this.#what} \`${this.#text}\` ${why}, which the rehearsal does not model. Add it to rehearsal/local/alarms/formulas.ts.`,
    );
  }
}
