import { XMLParser, XMLValidator } from "fast-xml-parser";
import { plainLine } from "../../rollout/plain-text.ts";

/** What a JUnit file tells of a run. */
export interface JunitCounts {
  readonly tests: number;
  readonly skipped: number;
  /** Names of the tests that failed or ended in an error. */
  readonly failed: readonly string[];
}

/** An element, or its text alone where it has neither attributes nor elements. */
type Element = Readonly<Record<string, unknown>> | string;

const lists = ["testsuite", "testcase", "failure", "error", "skipped"];

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  isArray: (name) => lists.includes(name),
});

/**
 * Counts the tests of a JUnit file, one by one: not every tool writes the sums, and pytest's and Playwright's differ.
 *
 * @throws {Error} for a text that is no XML, or XML without a test suite
 */
export function readJunit(text: string): JunitCounts {
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Error(`it is no XML: ${plainLine(valid.err.msg)} (line ${valid.err.line})`);
  const root = parser.parse(text) as Readonly<Record<string, Element>>;
  const suites = [...childrenOf(root["testsuites"], "testsuite"), ...childrenOf(root, "testsuite")];
  if (suites.length === 0 && root["testsuites"] === undefined) throw new Error("it has no testsuite");
  const cases = suites.flatMap(casesOf);
  const has = (one: Element, name: string) => childrenOf(one, name).length > 0;
  const failed = cases.filter((one) => has(one, "failure") || has(one, "error"));
  return {
    tests: cases.length,
    skipped: cases.filter((one) => has(one, "skipped")).length,
    failed: failed.map(nameOf),
  };
}

/** A suite's tests and those of the suites in it. */
function casesOf(suite: Element): readonly Element[] {
  return [...childrenOf(suite, "testcase"), ...childrenOf(suite, "testsuite").flatMap(casesOf)];
}

function childrenOf(element: Element | undefined, name: string): readonly Element[] {
  const found = typeof element === "object" ? element[name] : undefined;
  return Array.isArray(found) ? (found as readonly Element[]) : [];
}

function nameOf(test: Element): string {
  const attribute = (name: string) => (typeof test === "object" ? String(test[`@${name}`] ?? "") : "");
  return plainLine([attribute("classname"), attribute("name")].filter((part) => part !== "").join(" › "));
}
