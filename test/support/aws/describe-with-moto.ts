import { describe } from "vitest";
import { prepareMotoEnvironment } from "../../../rehearsal/python/moto-environment.ts";

declare module "vitest" {
  interface TaskMeta {
    /** Why the tests of this suite, which need moto, are skipped. */
    motoMissing?: string;
  }
}

/** Prepared while the test file is loaded, so that a test without it counts as skipped and not as failed. */
const environment = await prepareMotoEnvironment();

if ("missing" in environment && (process.env["CI"] ?? "") !== "") {
  throw new Error(
    `Tests need moto and CI may not skip them: ${environment.missing}. Give the job a python3 of 3.10 or newer that reaches PyPI.`,
  );
}

/**
 * A suite whose tests run against moto. Without moto they are skipped, hooks included, and counted at the end of the
 * run; where `CI` is set that is an error of the file.
 */
export function describeWithMoto(name: string, tests: () => void): void {
  if ("missing" in environment) describe(name, { skip: true, meta: { motoMissing: environment.missing } }, tests);
  else describe(name, tests);
}
