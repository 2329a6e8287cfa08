/** A folder whose files are mutated together, and the tests that have to notice. */
export interface MutatedPart {
  /** Its folder below the project, by which a part is named. */
  readonly folder: string;
  /** Which of its files, as a pattern below the folder. */
  readonly files: string;
  /** Patterns of test files. Only fast tests: each of them may run once for each mutant. */
  readonly tests: readonly string[];
  /** Files of these that are left out because one run of them costs seconds. */
  readonly slowTests?: readonly string[];
}

/** The environment variable that tells Vitest which part is mutated. */
export const partVariable = "MUTATED_PART";

/** What every part of the domain is tested by. */
const domainTests = ["test/rollout/*.test.ts", "test/rollout/rules/*.test.ts", "test/rollout/gate/*.test.ts"];
/** A thousand sequences of moves: seconds, whatever is mutated. */
const propertyTest = "test/rollout/rollout.property.test.ts";
/** Each simulates whole rollouts. */
const simulatedGates = ["test/rollout/gate/forecast.test.ts", "test/rollout/gate/exposure.test.ts"];

/** Everything that is mutated: the domain, and the definition of the rollback's state machine. */
export const mutatedParts: readonly MutatedPart[] = [
  { folder: "rollout", files: "*.ts", tests: domainTests, slowTests: [propertyTest, ...simulatedGates] },
  { folder: "rollout/rules", files: "*.ts", tests: domainTests, slowTests: [propertyTest, ...simulatedGates] },
  { folder: "rollout/gate", files: "*.ts", tests: domainTests, slowTests: [propertyTest] },
  { folder: "rollout/statistics", files: "*.ts", tests: ["test/rollout/statistics/*.test.ts"] },
  { folder: "rollout/rollback-test", files: "*.ts", tests: ["test/rollout/rollback-test/*.test.ts"] },
  { folder: "rollout/simulation", files: "*.ts", tests: ["test/rollout/simulation/*.test.ts"] },
  {
    folder: "components/rollback",
    files: "{definition*,failure-queries,states-language}.ts",
    tests: ["test/components/rollback/{definition,definition-paths,failure-queries,limits}.test.ts"],
  },
];
