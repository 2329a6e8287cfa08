/** Files that are mutated together, and the tests that have to notice. */
export interface MutatedPart {
  /** What it is called, in the table and on the command line: its folder, or its one file. */
  readonly name: string;
  /** Which files, as a pattern below the project. */
  readonly files: string;
  /** Patterns of test files. Only fast tests: each of them may run once for each mutant. */
  readonly tests: readonly string[];
  /** Files of these that are left out because one run of them costs seconds. */
  readonly slowTests?: readonly string[];
}

/** The environment variable that tells Vitest which part is mutated. */
export const partVariable = "MUTATED_PART";

/** What the domain is tested by. */
const domainTests = ["test/rollout/*.test.ts", "test/rollout/rules/*.test.ts", "test/rollout/gate/*.test.ts"];
/** A thousand sequences of moves: seconds, whatever is mutated. */
const propertyTest = "test/rollout/rollout.property.test.ts";
/** They simulate whole rollouts, for seconds. */
const forecastTests = ["test/rollout/gate/forecast.test.ts", "test/rollout/gate/short-forecast.test.ts"];
const exposureTests = ["test/rollout/gate/exposure.test.ts", "test/rollout/gate/pass-by-exposure.test.ts"];
const simulatedRolloutsTest = "test/rollout/rollback-test/simulated-rollouts.test.ts";

/** Everything that is mutated: the domain, and the definition of the rollback's state machine. */
export const mutatedParts: readonly MutatedPart[] = [
  {
    name: "rollout",
    files: "rollout/*.ts",
    tests: domainTests,
    slowTests: [propertyTest, ...forecastTests, ...exposureTests],
  },
  {
    name: "rollout/rules",
    files: "rollout/rules/*.ts",
    tests: domainTests,
    slowTests: [propertyTest, ...forecastTests, ...exposureTests],
  },
  {
    name: "rollout/gate",
    files: "rollout/gate/!(exposure|forecast|gate-input|guardrails).ts",
    tests: ["test/rollout/gate/*.test.ts"],
    slowTests: [...forecastTests, "test/rollout/gate/{exposure,standing-check}.test.ts"],
  },
  {
    name: "rollout/gate/exposure.ts",
    files: "rollout/gate/exposure.ts",
    tests: ["test/rollout/gate/{exposure,pass-by-exposure,standing-check}.test.ts"],
  },
  {
    name: "rollout/gate/forecast.ts",
    files: "rollout/gate/forecast.ts",
    tests: ["test/rollout/gate/short-forecast.test.ts"],
  },
  {
    name: "rollout/gate/gate-input.ts",
    files: "rollout/gate/gate-input.ts",
    tests: ["test/rollout/gate/{gate-input,recorded-input}.test.ts"],
  },
  {
    name: "rollout/gate/guardrails.ts",
    files: "rollout/gate/guardrails.ts",
    tests: ["test/rollout/gate/{guardrails,recorded-input}.test.ts"],
  },
  { name: "rollout/statistics", files: "rollout/statistics/*.ts", tests: ["test/rollout/statistics/*.test.ts"] },
  {
    name: "rollout/rollback-test",
    files: "rollout/rollback-test/*.ts",
    tests: ["test/rollout/rollback-test/*.test.ts"],
    slowTests: [simulatedRolloutsTest],
  },
  {
    name: "rollout/simulation/random.ts",
    files: "rollout/simulation/random.ts",
    tests: ["test/rollout/simulation/{random,recorded-draws}.test.ts"],
  },
  {
    name: "rollout/simulation/traffic.ts",
    files: "rollout/simulation/traffic.ts",
    tests: ["test/rollout/simulation/{traffic,told-draws}.test.ts"],
  },
  {
    name: "rollout/simulation/simulated-gates.ts",
    files: "rollout/simulation/simulated-gates.ts",
    tests: ["test/rollout/simulation/{simulated-gates,simulated-exposure}.test.ts"],
  },
  {
    name: "rollout/simulation",
    files: "rollout/simulation/!(random|simulated-gates|traffic).ts",
    tests: ["test/rollout/simulation/{bake-looks,simulate-rollout,step-cost}.test.ts"],
  },
  {
    name: "components/rollback/definition-frontend.ts",
    files: "components/rollback/definition-frontend.ts",
    tests: ["test/components/rollback/definition-frontend.test.ts"],
  },
  {
    name: "components/rollback",
    files: "components/rollback/{definition,definition-!(frontend),failure-queries,states-language}.ts",
    tests: ["test/components/rollback/{definition,definition-paths,failure-queries,limits}.test.ts"],
  },
];
