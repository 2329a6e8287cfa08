import { describe, expect, it } from "vitest";
import { sampleVerify } from "../../../../rehearsal/local/sample-api/portal.ts";
import { type RuleCase, readConfig, set, told } from "../fixture-config.ts";

const { payment, logIn, ...others } = sampleVerify;
const harmless = { ...others, logIn: { path: logIn.path, format: logIn.format } };

const cases: readonly RuleCase[] = [
  {
    breach: "a payment in production",
    stage: "production",
    set: { verify: { ...harmless, payment: { path: "/pay" } } },
    told: [
      [
        "verify.payment",
        '{"path":"/pay","body":{}}',
        "must not be set: production has the payment provider's live key, which charges (guide T4)",
        set("production", "--remove verify.payment"),
      ],
    ],
  },
  {
    breach: "a flood of log-ins in production",
    stage: "production",
    set: { verify: { ...harmless, logIn: { ...harmless.logIn, limitedAfterAttempts: 60 } } },
    told: [
      [
        "verify.logIn.limitedAfterAttempts",
        "60",
        "must not be set: wrong log-ins by the hundred look like an attack. Check the limit in staging (guide T3)",
        set("production", "--remove verify.logIn.limitedAfterAttempts"),
      ],
    ],
  },
  {
    breach: "a log-in that the firewall does not limit",
    stage: "staging",
    set: { verify: { ...harmless, logIn: { path: "/log-in" } } },
    told: [
      [
        "verify.logIn.path",
        '"/log-in"',
        "must begin with one of edge.loginPathPrefixes, /auth, /api/v1/auth: the firewall limits log-ins there only",
        set("staging", "verify.logIn.path <value>"),
      ],
    ],
  },
  {
    breach: "readiness that is health",
    stage: "staging",
    set: { verify: { ...harmless, readinessPath: "/health" } },
    told: [
      [
        "verify.readinessPath",
        '"/health"',
        "must differ from api.healthCheckPath: health must not ask the database, because an outage would end every task",
        set("staging", "verify.readinessPath <value>"),
      ],
    ],
  },
  {
    breach: "two entries of one name",
    stage: "staging",
    set: { verify: { ...harmless, checkList: [sampleVerify.checkList[0], sampleVerify.checkList[0]] } },
    told: [
      [
        "verify.checkList[1].name",
        '"couple"',
        "must differ from the names before it in the list: the report names each once",
        set("staging", "'verify.checkList[1].name' <value>"),
      ],
    ],
  },
];

describe("rules of verify", () => {
  it.each(cases)("refuse $breach", (one) => {
    expect(told(one)).toEqual(one.told);
  });

  it("accept what suits the sample portal, in both stages", () => {
    expect(readConfig("staging", { verify: sampleVerify }).verify.payment?.path).toBe("/api/v1/payments");
    expect(readConfig("production", { verify: harmless }).verify.checkList).toHaveLength(3);
  });

  it("say nothing of a stack file without the block, in which nothing is required", () => {
    const { verify } = readConfig("production", { verify: undefined });
    expect(verify).toMatchObject({ required: false, validFor: "7d", protectedPaths: [], checkList: [], suites: [] });
  });
});
