import { execFileSync } from "node:child_process";
import { readText } from "../docs/markdown.ts";

/** A statement of a role's document. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * The statements of a role's document.
 *
 * @param file its path below `.github`, without its ending: `deploy-role/permissions`
 */
export function statementsOf(file: string): readonly Statement[] {
  return JSON.parse(readText(`.github/${file}.json`)).Statement;
}

/** The actions, or patterns of them, that statements name. */
export function actionsOf(statements: readonly Pick<Statement, "Action">[]): readonly string[] {
  return statements.flatMap(({ Action }) => Action);
}

/** The actions that no pattern of a policy covers. */
export function uncovered(patterns: readonly string[], actions: readonly string[]): readonly string[] {
  const expressions = patterns.map((pattern) => new RegExp(`^${pattern.replaceAll("*", ".*")}$`, "i"));
  return actions.filter((action) => !expressions.some((expression) => expression.test(action)));
}

const managedProgram = `
import json, sys
from moto.iam.aws_managed_policies import aws_managed_policies_data
known = json.loads(aws_managed_policies_data)
for name in sys.argv[1:]:
    for statement in known[name]["Document"]["Statement"]:
        action = statement["Action"]
        print("\\n".join([action] if isinstance(action, str) else action))
`;

/**
 * The actions of policies that AWS keeps, by their text in moto.
 *
 * @param python the interpreter of moto's environment
 * @param names such as `SecurityAudit`
 */
export function managedActions(python: string, names: readonly string[]): readonly string[] {
  return execFileSync(python, ["-c", managedProgram, ...names], { encoding: "utf8" })
    .trim()
    .split("\n");
}
