/** A rule on JSON inside a plan: what a policy cannot read it cannot judge, so it must not pass. */
import { containerProblems, jsonProblems } from "../facts.ts";
import type { Kind } from "../kinds.ts";
import { carriersOf, documentsOf } from "../policy-carriers.ts";
import { documentProblems } from "../policy-documents.ts";
import { type Rule, resourceRule } from "../rule.ts";

type Props = Readonly<Record<string, unknown>>;

/** Properties that hold other JSON than a policy document. */
const texts: Readonly<Record<string, string>> = {
  "aws:cloudwatch/dashboard:Dashboard": "dashboardBody",
  "aws:cloudwatch/eventRule:EventRule": "eventPattern",
  "aws:cloudwatch/eventTarget:EventTarget": "input",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": "policy",
  "aws:ecs/taskDefinition:TaskDefinition": "containerDefinitions",
  "aws:sfn/stateMachine:StateMachine": "definition",
  "aws:sqs/redrivePolicy:RedrivePolicy": "redrivePolicy",
};

const kinds: readonly Kind<Props>[] = [
  ...carriersOf("identity", "trust", "resource", "endpoint"),
  ...Object.keys(texts).map((token) => ({ token })),
];

export const readableRules: readonly Rule[] = [
  resourceRule({
    name: "json-readable",
    rule: "A JSON text must be readable, because a policy that cannot read it cannot judge it",
    source: "project rule",
    kinds,
    check({ type, props }, report) {
      const problems = [...documentsIn(type, props), ...textIn(type, props)];
      for (const found of problems) {
        report({
          found,
          fix: "write it with JSON.stringify or pulumi.jsonStringify, and by the names that AWS documents",
        });
      }
    },
  }),
];

function documentsIn(type: string, props: Props): readonly string[] {
  return documentsOf(type, props).flatMap(({ property, document }) =>
    documentProblems(document).map((problem) => `${property} ${problem}`),
  );
}

function textIn(type: string, props: Props): readonly string[] {
  const property = texts[type];
  if (property === undefined) return [];
  const text = props[property];
  if (text === undefined || typeof text === "object") return [];
  const problems = property === "containerDefinitions" ? containerProblems(text) : jsonProblems(text);
  return problems.map((problem) => `${property} ${problem}`);
}
