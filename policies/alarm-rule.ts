import { TokenReader } from "./token-reader.ts";

/** The rule of a composite alarm. */
export interface CompositeRule {
  /** The alarms that it names, each once. */
  readonly alarmNames: readonly string[];
  /** Whether the composite alarm is in ALARM, given which of the alarms that it names are. */
  readonly holds: (isFiring: (alarmName: string) => boolean) => boolean;
}

type Part = CompositeRule["holds"];

/**
 * Reads a composite alarm's rule that consists of `ALARM("name")`, TRUE, FALSE, NOT, AND, OR and parentheses. The plan uses no more.
 *
 * @throws {Error} naming what is not modelled
 * @see CloudWatch API Reference, "PutCompositeAlarm", AlarmRule: NOT binds tighter than AND, and AND tighter than OR
 */
export function readCompositeRule(text: string): CompositeRule {
  const reader = new TokenReader("alarm rule", "policies/alarm-rule.ts", text, /"[^"]*"|[A-Z_]+|[()]/g);
  const alarmNames = new Set<string>();

  function either(): Part {
    const parts = [both()];
    while (reader.takeOne("OR") !== undefined) parts.push(both());
    return (isFiring) => parts.some((part) => part(isFiring));
  }
  function both(): Part {
    const parts = [single()];
    while (reader.takeOne("AND") !== undefined) parts.push(single());
    return (isFiring) => parts.every((part) => part(isFiring));
  }
  function single(): Part {
    if (reader.takeOne("NOT") !== undefined) {
      const part = single();
      return (isFiring) => !part(isFiring);
    }
    if (reader.takeOne("(") !== undefined) {
      const inner = either();
      reader.expect(")");
      return inner;
    }
    const word = reader.take();
    if (word === "TRUE" || word === "FALSE") return () => word === "TRUE";
    if (word !== "ALARM") reader.refuse(`asks for ${word}`);
    reader.expect("(");
    const quoted = reader.take();
    if (!quoted.startsWith('"')) reader.refuse(`names ${quoted} without quotation marks`);
    reader.expect(")");
    const name = quoted.slice(1, -1);
    alarmNames.add(name);
    return (isFiring) => isFiring(name);
  }

  const holds = either();
  reader.end();
  return { alarmNames: [...alarmNames], holds };
}
