import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Lends a path for a plan, in a folder that nobody else reads and that is gone afterwards: plans hold config. */
export async function withPlanFile<T>(use: (planPath: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "rollout-plan-"));
  try {
    return await use(join(folder, "plan.json"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
