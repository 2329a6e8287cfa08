/** A rule on other accounts: what a policy of the stack lets in must be of the account that the stack is in. */
import { role } from "../kinds.ts";
import { known } from "../links.ts";
import { carriersOf, plannedStatements } from "../policy-carriers.ts";
import type { Statement } from "../policy-documents.ts";
import { type Rule, type Stack, stackRule } from "../rule.ts";

const uses = ["trust", "resource", "endpoint"] as const;
const carriers = carriersOf(...uses);

export const accountRules: readonly Rule[] = [
  /** The stack's account is read from its roles. A preview of a new stack knows no ARN yet, and the update judges it. */
  stackRule({
    name: "iam-own-account",
    rule: "A policy must let in no account but the stack's own",
    source: "AWS IAM: Access Analyzer findings for external access",
    kinds: [role, ...carriers],
    check(stack, report) {
      const own = accountsOf(stack);
      if (own.size === 0) return;
      for (const holder of carriers.flatMap((kind) => stack.all(kind))) {
        for (const { where, statement } of known(() => plannedStatements(holder.type, holder.props, uses)) ?? []) {
          const foreign = namedAccounts(statement).filter((account) => !own.has(account));
          if (statement.effect !== "Allow" || foreign.length === 0) continue;
          report(holder, {
            found: `${where} lets in account ${[...new Set(foreign)].join(", ")}`,
            fix: "name the stack's own account, or remove the statement",
          });
        }
      }
    },
  }),
];

function accountsOf({ all }: Stack): ReadonlySet<string> {
  const arns = all(role).map(({ props }) => known(() => props.arn) ?? "");
  return new Set(arns.flatMap((arn) => /^arn:aws[a-z-]*:iam::(\d{12}):/.exec(arn)?.[1] ?? []));
}

/** The accounts that a statement names as principals, or as those whom its condition lets through. */
function namedAccounts({ principals, condition }: Statement): readonly string[] {
  const names = principals.filter(({ kind }) => kind === "AWS").map(({ name }) => name);
  const tests = Object.entries(condition)
    .filter(([operator]) => !/not|null/i.test(operator))
    .flatMap(([, keys]) => Object.entries(keys))
    .filter(([key]) => /account$|arn$|owner$/i.test(key))
    .flatMap(([, values]) => [values].flat().map(String));
  return [...names, ...tests].flatMap((text) => /^(?:arn:[^:]*:[^:]*:[^:]*:)?(\d{12})(?::|$)/.exec(text)?.[1] ?? []);
}
