import type { StageReport } from "../report/report-schema.ts";
import type { Deployment } from "./rehearsed-program.ts";

/** What the first update has in the cloud, and what the policies say of it. */
export function describePlan({ plan, planMilliseconds }: Deployment): StageReport["plan"] {
  const managed = plan.resources.filter(({ custom, type }) => custom && type !== "pulumi:pulumi:StackReference");
  const byProvider: Record<string, number> = {};
  for (const { type } of managed) {
    const [provider = type] = type.split(":");
    byProvider[provider] = (byProvider[provider] ?? 0) + 1;
  }
  return {
    milliseconds: planMilliseconds,
    resources: managed.length,
    components: plan.resources.filter(({ custom, type }) => !custom && type.startsWith("celebrant:")).length,
    byProvider,
    findings: plan.findings.map(({ policy, urn, message }) => ({ policy, urn, message })),
  };
}
