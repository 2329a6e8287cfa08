import type { TestCase, TestProject } from "vitest/node";

/**
 * Set up once for a run: when it has ended, names the cases that were skipped. Of those that need moto one
 * line says how many there are, and why.
 */
export default function reportSkips({ vitest }: TestProject): () => void {
  return () => {
    // A run of chosen cases skips all others.
    if (vitest.config.testNamePattern !== undefined) return;
    const skipped = vitest.state.getTestModules().flatMap(({ children }) => [...children.allTests("skipped")]);
    const withoutMoto = new Map<string, number>();
    for (const test of skipped) {
      const reason = missingMoto(test);
      if (reason === undefined) console.error(`skipped: ${test.module.relativeModuleId} > ${test.fullName}`);
      else withoutMoto.set(reason, (withoutMoto.get(reason) ?? 0) + 1);
    }
    for (const [reason, tests] of withoutMoto) console.error(`skipped: ${tests} tests that need moto, ${reason}`);
  };
}

function missingMoto(test: TestCase): string | undefined {
  for (let suite = test.parent; suite.type === "suite"; suite = suite.parent) {
    const { motoMissing } = suite.meta();
    if (motoMissing !== undefined) return motoMissing;
  }
  return undefined;
}
