import { TokenReader } from "./token-reader.ts";

/** What an alarm is in. */
export type AlarmState = "OK" | "ALARM";

/** A composite alarm's rule that was read. */
export interface AlarmRule {
  /** The alarms that it looks at. */
  readonly alarmNames: readonly string[];
  /** Whether it holds. */
  readonly holds: (stateOf: (alarmName: string) => AlarmState) => boolean;
}

type Part = AlarmRule["holds"];

const token = /"[^"]*"|[A-Z_]+|[()]/g;

/**
 * Reads a composite alarm's rule made of `ALARM("name")`, AND, OR and parentheses, which is what the plan uses.
 *
 * @throws {Error} naming what is not understood
 * @see CloudWatch API Reference, "PutCompositeAlarm", AlarmRule: AND binds tighter than OR
 */
export function readAlarmRule(text: string): AlarmRule {
  const reader = new TokenReader("alarm rule", text, token);
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
