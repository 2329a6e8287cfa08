/** Rules on production's backups: made each day, of the database, into the locked vault, for as long as it is locked. */
import {
  backupPlan,
  backupSelection,
  backupVault,
  backupVaultLock,
  databaseInstance,
  databaseSubnetGroup,
  restoreTestingPlan,
  restoreTestingSelection,
} from "../kinds.ts";
import { known, refersTo } from "../links.ts";
import { type Member, type Rule, type Stack, stackRule } from "../rule.ts";

type Plan = Member<NonNullable<(typeof backupPlan)["props"]>>;

export const backupRules: readonly Rule[] = [
  stackRule({
    name: "backup-of-the-database",
    rule: "AWS Backup must copy a production database into a vault of the stack each day, and keep each copy as long as the vault is locked",
    source: "AWS Security Hub RDS.26, deployment guide C4",
    stages: ["production"],
    kinds: [backupPlan, backupSelection, backupVault, backupVaultLock, databaseInstance],
    check(stack, report) {
      for (const instance of stack.all(databaseInstance)) {
        const selections = stack
          .all(backupSelection)
          .filter((one) => selects(one, instance) && (known(() => one.props.notResources) ?? []).length === 0);
        const plans = stack.all(backupPlan).filter((plan) => selections.some((one) => refersTo(one, "planId", plan)));
        const [found] =
          plans.length === 0
            ? ["no BackupSelection of a BackupPlan names its ARN"]
            : plans.flatMap((plan) => problemsOf(stack, plan));
        if (found === undefined) continue;
        report(instance, {
          found,
          fix: "plan a daily backup of the database's ARN into the vault, with lifecycle.deleteAfter from database.vaultRetentionDays",
        });
      }
    },
  }),

  /** Where nothing says otherwise, AWS Backup restores into the account's default VPC. */
  stackRule({
    name: "backup-restore-tests-are-private",
    rule: "A restore test must put a copy into the subnets of the stage's database alone, from a vault of the stack alone",
    source: "AWS Backup: Restore testing inferred metadata",
    kinds: [backupVault, databaseSubnetGroup, restoreTestingPlan, restoreTestingSelection],
    check({ all }, report) {
      const groups = all(databaseSubnetGroup);
      for (const selection of all(restoreTestingSelection)) {
        const { restoreMetadataOverrides: overrides = {} } = selection.props;
        const own = groups.map(({ props }) => known(() => (props as { name?: unknown }).name));
        const group = known(() => overrides["dbSubnetGroupName"]);
        if (!own.includes(group)) {
          report(selection, {
            found: `restoreMetadataOverrides.dbSubnetGroupName is ${String(group ?? "not set")}`,
            fix: "name the subnet group of the database",
          });
        }
        const { publiclyAccessible } = overrides;
        if (publiclyAccessible !== undefined && String(publiclyAccessible) !== "false") {
          report(selection, {
            found: `restoreMetadataOverrides.publiclyAccessible is ${publiclyAccessible}`,
            fix: "leave it out, and the copy is private",
          });
        }
      }
      const vaults = all(backupVault).map(({ props }) => known(() => (props as { arn?: unknown }).arn));
      for (const plan of all(restoreTestingPlan)) {
        const named = (known(() => plan.props.recoveryPointSelection.includeVaults) ?? []) as readonly unknown[];
        const others = named.filter((arn) => !vaults.includes(arn));
        if (others.length === 0) continue;
        report(plan, {
          found: `recoveryPointSelection.includeVaults names ${others.join(", ")}`,
          fix: "name the vault of this stack alone: another one holds another stage's data",
        });
      }
    },
  }),
];

function selects(selection: Member<{ readonly resources?: unknown[] }>, instance: Member<object>): boolean {
  return refersTo(selection as Member<{ resources?: unknown[] }>, "resources", instance);
}

function problemsOf({ all }: Stack, plan: Plan): readonly string[] {
  const rules = plan.props.rules ?? [];
  if (rules.length === 0) return [`rules of ${plan.name} is empty`];
  return rules.flatMap(({ ruleName, schedule, lifecycle, targetVaultName }) => {
    const vault = all(backupVault).find(({ props }) => [props.name, known(() => props.id)].includes(targetVaultName));
    const lock = all(backupVaultLock).find((one) => vault !== undefined && refersTo(one, "backupVaultName", vault));
    const leastDays = lock?.props.minRetentionDays ?? 1;
    return [
      ...(vault === undefined
        ? [`targetVaultName of rule ${ruleName} is ${targetVaultName}, which this stack does not have`]
        : []),
      ...(isDaily(schedule) ? [] : [`schedule of rule ${ruleName} is ${schedule ?? "not set"}, which is not daily`]),
      ...((lifecycle?.deleteAfter ?? 0) >= leastDays
        ? []
        : [
            `lifecycle.deleteAfter of rule ${ruleName} is ${lifecycle?.deleteAfter ?? "not set"}, and the vault is locked for ${leastDays} days`,
          ]),
    ];
  });
}

/** `cron(minutes hours day-of-month month day-of-week year)`, with every day of every month. */
function isDaily(schedule: string | undefined): boolean {
  return /^cron\(\d+ \S+ (\* \* \?|\? \* \*) \*\)$/.test(schedule ?? "");
}
