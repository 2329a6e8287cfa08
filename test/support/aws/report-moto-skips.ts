import type { TestProject } from "vitest/node";

/** Set up once for a run: when it has ended, says in one line how many tests were skipped for want of moto, and why. */
export default function reportMotoSkips(project: TestProject): () => void {
  return () => {
    const skipped = new Map<string, number>();
    for (const testModule of project.vitest.state.getTestModules()) {
      for (const suite of testModule.children.allSuites()) {
        const reason = suite.meta().motoMissing;
        if (reason === undefined || suite.parent.type === "suite") continue;
        const tests = [...suite.children.allTests("skipped")].length;
        skipped.set(reason, (skipped.get(reason) ?? 0) + tests);
      }
    }
    for (const [reason, tests] of skipped) console.error(`moto: ${tests} tests skipped, ${reason}`);
  };
}
