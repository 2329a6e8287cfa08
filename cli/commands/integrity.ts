import { buildCommand } from "@stricli/core";
import type { DeclaredReference } from "../integrity/check-integrity.ts";
import type { IntegrityResult } from "../moves/verify-integrity.ts";
import { action, type CommonFlags, commonFlags, explain, textFlag } from "./command.ts";

interface IntegrityFlags extends CommonFlags {
  readonly reference?: readonly DeclaredReference[];
  readonly checksum?: readonly string[];
  readonly compare?: string;
}

/** `integrity`: the data itself, by questions that change nothing. */
export const integrity = buildCommand({
  docs: explain(
    "Check the data: rows, constraints, sequences, references, checksums; and compare it with an earlier check. Changes nothing.",
    [
      {
        line: "npm run rollout -- integrity --stage production",
        purpose:
          "Before a migration or a restore. Run it behind npm run rollout -- tunnel --stage production -- and the tunnel says where the database is, by PGHOST and the like.",
      },
      {
        line: "npm run rollout -- integrity --stage production --compare evidence/production/<file>.json",
        purpose: "After it: no table and no row may be gone.",
      },
      {
        line: "npm run rollout -- integrity --stage production --checksum venues --reference mails.couple_id=couples.id",
        purpose: "A table whose data must not change, and a reference that no foreign key enforces.",
      },
    ],
  ),
  parameters: {
    flags: {
      ...commonFlags,
      reference: {
        kind: "parsed",
        parse: readReference,
        optional: true,
        variadic: true,
        placeholder: "table.column=table.column",
        brief: "A reference that no foreign key enforces. Can be given more than once.",
      },
      checksum: {
        kind: "parsed",
        parse: String,
        optional: true,
        variadic: true,
        placeholder: "table",
        brief: "A table whose data must not change between two checks. Can be given more than once.",
      },
      compare: {
        ...textFlag,
        placeholder: "file",
        brief: "What an earlier check has left in the evidence. Its checksums are made again.",
      },
    },
  },
  func: action(async ({ stage, reference = [], checksum = [], compare }: IntegrityFlags, openWorld) => {
    const { verifyIntegrity } = await import("../moves/verify-integrity.ts");
    const asked = { references: reference, checksums: checksum, compareWith: compare, environment: process.env };
    const result = await verifyIntegrity(await openWorld(stage), asked);
    const hasFailed = result.report.findings.some((one) => one.result === "fail");
    const isUnrecorded = result.recorded?.isKept === false;
    return { exitCode: hasFailed ? 1 : isUnrecorded ? 3 : 0, text: renderIntegrity(result), json: result };
  }),
});

function readReference(text: string): DeclaredReference {
  const [, from, fromColumn, to, toColumn] = /^([\w.]+)\.(\w+)=([\w.]+)\.(\w+)$/.exec(text) ?? [];
  if (from === undefined || fromColumn === undefined || to === undefined || toColumn === undefined) {
    throw new RangeError("Give table.column=table.column, such as mails.couple_id=couples.id.");
  }
  return { from, fromColumn, to, toColumn };
}

/** Tells what was found: the verdict, then what failed, then what could not be checked, then the rest. */
function renderIntegrity({ report, reportPath, recorded }: IntegrityResult): string {
  const by = (result: "pass" | "fail" | "not checked") => report.findings.filter((one) => one.result === result);
  const [failed, unchecked, passed] = [by("fail"), by("not checked"), by("pass")];
  const counts = `${passed.length} pass, ${failed.length} fail, ${unchecked.length} not checked`;
  return [
    `The data of ${report.stage} (${report.database}, as ${report.user}) ${failed.length === 0 ? "holds" : "is damaged"}: ${counts}.`,
    ...[...failed, ...unchecked, ...passed].map(({ result, what, found }) => `  ${result}: ${what}: ${found}`),
    `To compare with it later: npm run rollout -- integrity --stage ${report.stage} --compare ${reportPath}`,
    ...(recorded === undefined ? [] : [recorded.told]),
    `Commit ${reportPath}.`,
  ].join("\n");
}
